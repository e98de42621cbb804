import GRDB
import GRDBSQLite

/// A statement that runs very often: prepared once and kept by the connection, bound by SQLite's own interface.
struct BareStatement {
    private let statement: OpaquePointer
    private let db: Database

    init(_ db: Database, _ sql: String) throws {
        self.db = db
        statement = try db.cachedStatement(sql: sql).sqliteStatement
        sqlite3_reset(statement)
    }

    // A bind fails only for lack of memory or a wrong place; then the row is refused by its constraints or missed by
    // a test.
    func bind(_ place: Int32, _ value: Int64?) {
        if let value { sqlite3_bind_int64(statement, place, value) } else { sqlite3_bind_null(statement, place) }
    }

    func bind(_ place: Int32, _ value: Double?) {
        if let value { sqlite3_bind_double(statement, place, value) } else { sqlite3_bind_null(statement, place) }
    }

    func bind(_ place: Int32, _ text: String?) {
        guard var text else {
            sqlite3_bind_null(statement, place)
            return
        }
        // SQLite copies it: -1 is SQLITE_TRANSIENT, a macro that Swift does not see.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        text.withUTF8 { utf8 in
            // An empty buffer may have no address, and a text without one would be NULL.
            guard let start = utf8.baseAddress else {
                sqlite3_bind_text(statement, place, "", 0, transient)
                return
            }
            let characters = UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text(statement, place, characters, Int32(utf8.count), transient)
        }
    }

    /// Runs a statement that gives no rows.
    func run() throws {
        let code = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard code == SQLITE_DONE else { throw error(code) }
    }

    /// Goes to the next row.
    ///
    /// - Returns: false at the end.
    func step() throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(statement)
            return false
        case let code:
            sqlite3_reset(statement)
            throw error(code)
        }
    }

    /// Ends a reading before its last row.
    func reset() {
        sqlite3_reset(statement)
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    private func error(_ code: Int32) -> DatabaseError {
        let message = db.sqliteConnection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
