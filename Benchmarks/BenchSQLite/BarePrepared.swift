import GRDB
import GRDBSQLite

/// A statement that was prepared once, bound place by place with nothing in between. Lives no longer than its database.
public struct BarePrepared {
    private let statement: OpaquePointer?
    private let database: OpaquePointer?

    init(_ statement: OpaquePointer?, _ database: OpaquePointer?) {
        self.statement = statement
        self.database = database
    }

    public func bind(_ place: Int32, _ number: Int64) { sqlite3_bind_int64(statement, place, number) }
    public func bind(_ place: Int32, _ number: Double) { sqlite3_bind_double(statement, place, number) }
    public func bindNull(_ place: Int32) { sqlite3_bind_null(statement, place) }

    /// SQLite does not copy a text that never changes.
    public func bind(_ place: Int32, _ text: StaticString) {
        let characters = UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text(statement, place, characters, Int32(text.utf8CodeUnitCount), nil)
    }

    /// Runs a statement that gives no rows.
    public func run() throws {
        let code = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard code == SQLITE_DONE else {
            throw BareDatabase.Trouble(description: "SQLite \(code): \(String(cString: sqlite3_errmsg(database)))")
        }
    }
}
