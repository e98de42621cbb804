import GRDB
import LabModel

/// Numbers of test cases by their names, as far as this writer has met them. For the writing thread alone.
final class CaseNumbers {
    /// Names kept; a lab with more looks some up again.
    private static let limit = 100_000

    private struct Name: Hashable {
        var suite: String
        var testSet: String?
        var name: String
    }

    private var known: [Name: Int64] = [:]

    /// The transaction was given up, and with it numbers that were given in it.
    func forget() {
        known.removeAll()
    }

    func number(of result: ResultRecord, _ db: Database) throws -> Int64 {
        let name = Name(suite: result.suite, testSet: result.testSet, name: result.name)
        if let number = known[name] { return number }
        let number = try find(name, db) ?? add(name, db)
        if known.count >= Self.limit { known.removeAll() }
        known[name] = number
        return number
    }

    private func find(_ name: Name, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            try db.cachedStatement(
                sql: "SELECT id FROM cases WHERE name = ? AND suite = ? AND ifnull('=' || test_set, '') = ?"),
            arguments: [name.name, name.suite, name.testSet.map { "=" + $0 } ?? ""])
    }

    private func add(_ name: Name, _ db: Database) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO cases (suite, test_set, name) VALUES (?, ?, ?)")
            .execute(arguments: [name.suite, name.testSet, name.name])
        return db.lastInsertedRowID
    }
}
