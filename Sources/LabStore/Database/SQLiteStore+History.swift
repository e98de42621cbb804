import GRDB
public import LabModel

extension SQLiteStore: HistoryReading {
    /// Results behind a filter that are looked at before a search gives up.
    private static let mostFiltered = 20_000
    /// Suites of one case's name that are looked at.
    private static let mostCases = 500

    public func outcomes(_ query: CaseQuery) async throws(Failure) -> CaseOutcomes {
        try await readers.read { db in
            let limit = min(max(query.limit, 1), 1000)
            let cases = try Row.fetchAll(
                try db.cachedStatement(sql: "SELECT id, suite, test_set FROM cases WHERE name = ? LIMIT ?"),
                arguments: [query.name, Self.mostCases]
            ).map { KnownCase(id: $0["id"], suite: $0["suite"], testSet: $0["test_set"]) }
            let wanted = cases.filter { query.suite.map($0.isOf) ?? true }
            guard query.isFiltered else {
                return CaseOutcomes(outcomes: try Self.newest(limit, of: wanted, db))
            }
            return try Self.filtered(query, limit: limit, wanted, db)
        }
    }

    /// The newest of several cases: their numbers come from the index alone, and only those that count are read.
    private static func newest(_ limit: Int, of cases: [KnownCase], _ db: Database) throws -> [CaseOutcome] {
        var numbers: [(number: Int64, place: Int)] = []
        for (place, one) in cases.enumerated() {
            let statement = try BareStatement(
                db, "SELECT id FROM result_rows WHERE case_id = ? ORDER BY id DESC LIMIT ?")
            statement.bind(1, one.id)
            statement.bind(2, Int64(limit))
            while try statement.step() { numbers.append((statement.integer(0), place)) }
        }
        if cases.count > 1 { numbers.sort { $0.number > $1.number } }
        let statement = try db.cachedStatement(sql: Self.outcomeColumns + " WHERE result_rows.id = ?")
        return try numbers.prefix(limit).compactMap { number, place in
            try Row.fetchOne(statement, arguments: [number]).map { try CaseOutcome($0, cases[place]) }
        }
    }

    private static func filtered(
        _ query: CaseQuery, limit: Int, _ cases: [KnownCase], _ db: Database
    ) throws -> CaseOutcomes {
        var conditions = ["TRUE"]
        var arguments: StatementArguments = []
        for (condition, value) in [
            ("jobs.name = ?", query.job), ("jobs.device_type = ?", query.deviceType?.rawValue),
            ("ifnull(runs.board, jobs.board) = ?", query.board?.rawValue),
        ] {
            guard let value else { continue }
            conditions.append(condition)
            arguments += [value]
        }
        let sql =
            outcomeColumns.replacing(
                "FROM result_rows",
                with: "FROM (SELECT * FROM result_rows WHERE case_id = ? ORDER BY id DESC LIMIT ?) AS result_rows")
            + " WHERE \(conditions.joined(separator: " AND ")) ORDER BY result_rows.id DESC LIMIT ?"
        let share = max(mostFiltered / max(cases.count, 1), 1000)
        var found: [(number: Int64, outcome: CaseOutcome)] = []
        var isCut = false
        for one in cases {
            let rows = try Row.fetchAll(
                try db.cachedStatement(sql: sql), arguments: [one.id, share] + arguments + [limit])
            found += try rows.map { ($0["number"], try CaseOutcome($0, one)) }
            guard rows.count < limit, !isCut else { continue }
            isCut =
                try Bool.fetchOne(
                    db, sql: "SELECT TRUE FROM result_rows WHERE case_id = ? LIMIT 1 OFFSET ?",
                    arguments: [one.id, share]) ?? false
        }
        found.sort { $0.number > $1.number }
        return CaseOutcomes(outcomes: found.prefix(limit).map(\.outcome), isCut: isCut)
    }

    private static let outcomeColumns = """
        SELECT result_rows.id AS number, result_rows.job, result_rows.attempt, result, measurement, units, logged,
            jobs.name AS job_name, jobs.device_type, ifnull(runs.board, jobs.board) AS board,
            builds.source AS build_source, builds.name AS build_name
        FROM result_rows JOIN jobs ON jobs.id = result_rows.job
            LEFT JOIN runs ON runs.job = result_rows.job AND runs.attempt = result_rows.attempt
            LEFT JOIN builds ON builds.id = runs.build
        """
}

/// One row of `cases` with the name that was asked for.
private struct KnownCase {
    var id: Int64
    var suite: String
    var testSet: String?

    /// Whether the suite is called so, with its number or without.
    func isOf(_ wanted: String) -> Bool {
        guard suite != wanted else { return true }
        let parts = suite.split(separator: "_", maxSplits: 1)
        return parts.count == 2 && parts[0].allSatisfy(\.isNumber) && parts[1] == wanted
    }
}

extension CaseQuery {
    fileprivate var isFiltered: Bool { job != nil || deviceType != nil || board != nil }
}

extension CaseOutcome {
    fileprivate init(_ row: Row, _ known: KnownCase) throws {
        self.init(
            suite: known.suite, testSet: known.testSet, result: try LabStore.known(row["result"], "result"),
            measurement: row["measurement"], units: row["units"], logged: WallTime(nanoseconds: row["logged"]),
            job: JobID(rawValue: row["job"]), jobName: row["job_name"], attempt: row["attempt"],
            deviceType: (row["device_type"] as String?).map(DeviceTypeName.init(rawValue:)),
            board: (row["board"] as String?).map(BoardName.init(rawValue:)), build: BuildName(row))
    }
}

extension BuildName {
    /// Reads the columns `build_source` and `build_name`.
    init?(_ row: Row) {
        guard let source = row["build_source"] as String?, let name = row["build_name"] as String? else { return nil }
        self.init(source: source, name: name)
    }
}
