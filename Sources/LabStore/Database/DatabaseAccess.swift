import GRDB
import LabModel

/// How changes reach the database.
protocol WriteAccess: Sendable {
    /// Runs `body` in a transaction and returns once it is committed.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (WriteContext) throws -> Value
    ) async throws(Failure) -> Value

    /// Moves the write-ahead log into the database file, where there is one.
    func checkpoint() async throws(Failure)
}

/// How queries reach the database.
protocol ReadAccess: Sendable {
    /// Runs `body` on one consistent state of the database.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Failure) -> Value

    /// Runs a `body` that may take seconds: nobody in a hurry waits behind it.
    func readAtLength<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Failure) -> Value
}

extension ReadAccess {
    func readAtLength<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Failure) -> Value {
        try await read(body)
    }
}

extension DatabaseWriter: WriteAccess {}
extension DatabaseReaders: ReadAccess {}
