import GRDB
import GRDBSQLite

/// SQLite by its own interface: what a commit costs anybody. Write-ahead log, synchronous FULL, prepared statements.
final class BareDatabase {
    enum Value {
        case integer(Int64)
        case text(String)
        case null
    }

    struct Trouble: Error, CustomStringConvertible {
        var description: String
    }

    private var handle: OpaquePointer?
    private var prepared: [String: OpaquePointer] = [:]

    init(path: String) throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        try check(sqlite3_open_v2(path, &handle, flags, nil))
        try run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
    }

    deinit {
        for statement in prepared.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Runs statements without arguments.
    func run(_ sql: String) throws {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Runs one statement, prepared once and kept.
    func run(_ sql: String, _ values: [Value]) throws {
        _ = try first(sql, values) { _ in }
    }

    /// The first column of a statement's first row, as text; empty without a row.
    func text(_ sql: String, _ values: [Value]) throws -> String {
        try first(sql, values) { sqlite3_column_text($0, 0).map { String(cString: $0) } ?? "" } ?? ""
    }

    private func first<Read>(_ sql: String, _ values: [Value], _ read: (OpaquePointer?) -> Read) throws -> Read? {
        let statement = try statement(sql)
        defer { sqlite3_reset(statement) }
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            switch value {
            case .integer(let number): try check(sqlite3_bind_int64(statement, place, number))
            case .text(let text):
                // SQLite copies it: -1 is SQLITE_TRANSIENT, a macro that Swift does not see.
                let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                try check(sqlite3_bind_text(statement, place, text, Int32(text.utf8.count), transient))
            case .null: try check(sqlite3_bind_null(statement, place))
            }
        }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return read(statement)
        case SQLITE_DONE: return nil
        case let code: throw trouble(code)
        }
    }

    private func statement(_ sql: String) throws -> OpaquePointer? {
        if let known = prepared[sql] { return known }
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        prepared[sql] = statement
        return statement
    }

    private func check(_ code: Int32) throws {
        if code != SQLITE_OK { throw trouble(code) }
    }

    private func trouble(_ code: Int32) -> Trouble {
        Trouble(description: "SQLite \(code): \(String(cString: sqlite3_errmsg(handle)))")
    }
}
