import GRDB
public import LabModel

extension SQLiteStore {
    /// Numbers (results and other events between them) that one search looks back over at most.
    private static let mostResults: Int64 = 2_000_000
    /// Results from so long before the asked time are looked at as well, to know what was before.
    private static let lookBack = Duration.seconds(60 * 86_400)

    public func flaky(_ query: ChangeQuery) async throws(Failure) -> ChangeReport<FlakyCase> {
        try await readers.readAtLength { db in
            let scan = try ChangeScan(query, lookBack: Self.lookBack, most: Self.mostResults, db)
            let found = scan.ledger.flaky(since: scan.since)
            return scan.report(try found.prefix(query.limit).map { try scan.named($0, db) }, total: found.count)
        }
    }

    public func changes(_ query: ChangeQuery) async throws(Failure) -> ChangeReport<CaseChange> {
        try await readers.readAtLength { db in
            let scan = try ChangeScan(query, lookBack: Self.lookBack, most: Self.mostResults, db)
            let found = scan.ledger.changes(since: scan.since)
            return scan.report(try found.prefix(query.limit).map { try scan.named($0, db) }, total: found.count)
        }
    }
}

/// One walk over the results of a time, and what it found, with names for the numbers.
private struct ChangeScan {
    private(set) var ledger = CaseLedger()
    /// The first result of the asked time.
    let since: Int64
    private var results = 0
    private var withoutBuild = 0
    private var isCut = false
    private var places: [Place] = []
    private var boards: [String] = []

    private struct Place: Hashable {
        var job: String
        var deviceType: String?
    }

    /// What the ledger needs to know of the run that a result belongs to.
    private struct RunKey: Hashable {
        var job: Int64
        var attempt: Int64
    }

    private struct RunFacts {
        var number: Int32
        var place: Int32
        var board: Int32
        var build: Int64?
    }

    init(_ query: ChangeQuery, lookBack: Duration, most: Int64, _ db: Database) throws {
        since = try Self.firstResult(at: query.since.nanoseconds, db)
        let newest = try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM result_rows") ?? 0
        let wanted = try Self.firstResult(at: query.since.nanoseconds - lookBack.nanoseconds, db)
        let start = max(wanted, newest - most)
        if start > wanted {
            let older = "SELECT TRUE FROM result_rows WHERE id < ? AND id >= ? LIMIT 1"
            isCut = try Bool.fetchOne(db, sql: older, arguments: [start, wanted]) ?? false
        }
        let cases = try Self.cases(query, db)
        try walk(from: start, query, cases, db)
    }

    /// The first result that was logged at or after a time; results are numbered in the order of time.
    private static func firstResult(at time: Int64, _ db: Database) throws -> Int64 {
        guard let least = try Int64.fetchOne(db, sql: "SELECT MIN(id) FROM result_rows"),
            let most = try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM result_rows")
        else { return 0 }
        let statement = try db.cachedStatement(
            sql: "SELECT logged FROM result_rows WHERE id >= ? ORDER BY id LIMIT 1")
        var (low, high) = (least, most + 1)
        while low < high {
            let middle = low + (high - low) / 2
            let logged = try Int64.fetchOne(statement, arguments: [middle]) ?? .max
            if logged < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The cases that are asked for, or those to be left out.
    private static func cases(_ query: ChangeQuery, _ db: Database) throws -> (numbers: Set<Int64>, areWanted: Bool) {
        guard let suite = query.suite else {
            // A job's own steps fail with whatever fails in it.
            return (Set(try Int64.fetchAll(db, sql: "SELECT id FROM cases WHERE suite = 'lava'")), false)
        }
        let numbers = try Int64.fetchAll(
            db,
            sql:
                "SELECT id FROM cases WHERE suite = ?1 OR suite GLOB '[0-9]*' AND ltrim(suite, '0123456789') = '_' || ?1",
            arguments: [suite])
        return (Set(numbers), true)
    }

    private mutating func walk(
        from start: Int64, _ query: ChangeQuery, _ cases: (numbers: Set<Int64>, areWanted: Bool), _ db: Database
    ) throws {
        let rows = try BareStatement(
            db,
            "SELECT id, job, attempt, case_id, result FROM result_rows WHERE id >= ? AND result <= 1 ORDER BY id")
        defer { rows.reset() }
        rows.bind(1, start)
        var runs: [RunKey: RunFacts?] = [:]
        var placeNumbers: [Place: Int32] = [:]
        var boardNumbers: [String: Int32] = [:]
        var (lastKey, last): (RunKey?, RunFacts?) = (nil, nil)
        while try rows.step() {
            let test = rows.integer(3)
            guard cases.numbers.contains(test) == cases.areWanted else { continue }
            let key = RunKey(job: rows.integer(1), attempt: rows.integer(2))
            if key != lastKey {
                lastKey = key
                if let known = runs[key] {
                    last = known
                } else {
                    last = try facts(of: key, query, &placeNumbers, &boardNumbers, db)
                    last?.number = Int32(runs.count)
                    runs[key] = .some(last)
                }
            }
            guard let run = last else { continue }
            results += 1
            guard let build = run.build else {
                withoutBuild += 1
                continue
            }
            ledger.add(
                CaseLedger.Stream(test: test, place: run.place), run: run.number, build: build, board: run.board,
                didPass: rows.integer(4) == 0, result: rows.integer(0))
        }
    }

    /// Nil for a run that has not ended or is not asked for.
    private mutating func facts(
        of key: RunKey, _ query: ChangeQuery, _ placeNumbers: inout [Place: Int32],
        _ boardNumbers: inout [String: Int32], _ db: Database
    ) throws -> RunFacts? {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: "SELECT job_name, device_type, board, build FROM runs WHERE job = ? AND attempt = ?"),
            arguments: [key.job, key.attempt])
        guard let row else { return nil }
        let place = Place(job: row["job_name"], deviceType: row["device_type"])
        guard query.job.map({ $0 == place.job }) ?? true,
            query.deviceType.map({ $0.rawValue == place.deviceType }) ?? true
        else { return nil }
        let board: String = row["board"]
        if placeNumbers[place] == nil {
            placeNumbers[place] = Int32(places.count)
            places.append(place)
        }
        if boardNumbers[board] == nil {
            boardNumbers[board] = Int32(boards.count)
            boards.append(board)
        }
        return RunFacts(
            number: 0, place: placeNumbers[place] ?? 0, board: boardNumbers[board] ?? 0, build: row["build"])
    }

    // MARK: Names

    func report<Item>(_ items: [Item], total: Int) -> ChangeReport<Item> {
        ChangeReport(items: items, total: total, results: results, withoutBuild: withoutBuild, isCut: isCut)
    }

    func named(_ flaky: CaseLedger.Flaky, _ db: Database) throws -> FlakyCase {
        let last = try moment(flaky.lastFlip, db)
        return FlakyCase(
            stream: try named(flaky.stream, db), passes: flaky.passes, failures: flaky.failures, flips: flaky.flips,
            repeats: flaky.repeats, lastFlip: last.at, lastJob: last.job,
            boards: flaky.boards.map { BoardName(rawValue: boards[Int($0)]) }.sorted(),
            build: try named(build: flaky.build, db))
    }

    func named(_ change: CaseLedger.Change, _ db: Database) throws -> CaseChange {
        CaseChange(
            stream: try named(change.stream, db), kind: change.kind, before: try named(change.before, db),
            since: try named(change.since, db), now: try named(change.now, db), builds: change.builds,
            certainty: change.certainty)
    }

    private func named(_ tally: CaseLedger.Tally, _ db: Database) throws -> BuildOutcomes {
        let (first, last) = (try moment(tally.first, db), try moment(tally.last, db))
        return BuildOutcomes(
            build: try named(build: tally.build, db), passes: tally.passes, failures: tally.failures,
            firstJob: first.job, lastJob: last.job, first: first.at, last: last.at)
    }

    private func named(_ stream: CaseLedger.Stream, _ db: Database) throws -> CaseStream {
        let place = places[Int(stream.place)]
        guard
            let row = try Row.fetchOne(
                try db.cachedStatement(sql: "SELECT suite, test_set, name FROM cases WHERE id = ?"),
                arguments: [stream.test])
        else { throw Failure(.bug, "there is no case \(stream.test)", at: "database") }
        return CaseStream(
            suite: row["suite"], testSet: row["test_set"], name: row["name"], job: place.job,
            deviceType: place.deviceType.map(DeviceTypeName.init(rawValue:)))
    }

    private func named(build: Int64, _ db: Database) throws -> BuildName {
        let row = try Row.fetchOne(
            try db.cachedStatement(sql: "SELECT source AS build_source, name AS build_name FROM builds WHERE id = ?"),
            arguments: [build])
        guard let row, let name = BuildName(row) else {
            throw Failure(.bug, "there is no build \(build)", at: "database")
        }
        return name
    }

    private func moment(_ result: Int64, _ db: Database) throws -> (job: JobID, at: WallTime) {
        let row = try Row.fetchOne(
            try db.cachedStatement(sql: "SELECT job, logged FROM result_rows WHERE id = ?"), arguments: [result])
        guard let row else { throw Failure(.bug, "there is no result \(result)", at: "database") }
        return (JobID(rawValue: row["job"]), WallTime(nanoseconds: row["logged"]))
    }
}
