import GRDB
import GRDBSQLite
import Glibc

/// SQLite by its own interface: what a commit costs anybody. Write-ahead log, synchronous FULL, prepared statements.
public final class BareDatabase {
    public enum Value {
        case integer(Int64)
        case real(Double)
        case text(String)
        case null
    }

    public struct Trouble: Error, CustomStringConvertible {
        public var description: String

        public init(description: String) {
            self.description = description
        }
    }

    private var handle: OpaquePointer?
    private var prepared: [String: OpaquePointer] = [:]

    public init(path: String) throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        try check(sqlite3_open_v2(path, &handle, flags, nil))
        try run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
    }

    deinit {
        for statement in prepared.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Runs statements without arguments.
    public func run(_ sql: String) throws {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Runs one statement, prepared once and kept.
    public func run(_ sql: String, _ values: [Value]) throws {
        _ = try first(sql, values) { _ in }
    }

    /// A statement for the quickest way there is.
    public func prepare(_ sql: String) throws -> BarePrepared { BarePrepared(try statement(sql), handle) }

    /// The first column of a statement's first row, as text; empty without a row.
    public func text(_ sql: String, _ values: [Value]) throws -> String {
        try first(sql, values) { sqlite3_column_text($0, 0).map { String(cString: $0) } ?? "" } ?? ""
    }

    /// The first column of a statement's first row, as a number; 0 without a row.
    public func integer(_ sql: String, _ values: [Value]) throws -> Int64 {
        try first(sql, values) { sqlite3_column_int64($0, 0) } ?? 0
    }

    /// Reads every column of every row, and returns how many bytes of text and how many rows there were.
    public func readAll(_ sql: String, _ values: [Value]) throws -> (rows: Int, bytes: Int) {
        let statement = try bound(sql, values)
        defer { sqlite3_reset(statement) }
        var (rows, bytes) = (0, 0)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                rows += 1
                for column in 0..<sqlite3_column_count(statement) {
                    if sqlite3_column_type(statement, column) == SQLITE_TEXT {
                        bytes += sqlite3_column_text(statement, column).map { strlen($0) } ?? 0
                    } else {
                        bytes += Int(sqlite3_column_int64(statement, column) & 1)
                    }
                }
            case SQLITE_DONE: return (rows, bytes)
            case let code: throw trouble(code)
            }
        }
    }

    private func first<Read>(_ sql: String, _ values: [Value], _ read: (OpaquePointer?) -> Read) throws -> Read? {
        let statement = try bound(sql, values)
        defer { sqlite3_reset(statement) }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return read(statement)
        case SQLITE_DONE: return nil
        case let code: throw trouble(code)
        }
    }

    private func bound(_ sql: String, _ values: [Value]) throws -> OpaquePointer? {
        let statement = try statement(sql)
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            switch value {
            case .integer(let number): try check(sqlite3_bind_int64(statement, place, number))
            case .real(let number): try check(sqlite3_bind_double(statement, place, number))
            case .text(let text):
                // SQLite copies it: -1 is SQLITE_TRANSIENT, a macro that Swift does not see.
                let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                try check(sqlite3_bind_text(statement, place, text, Int32(text.utf8.count), transient))
            case .null: try check(sqlite3_bind_null(statement, place))
            }
        }
        return statement
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
