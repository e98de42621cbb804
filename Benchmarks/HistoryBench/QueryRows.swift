import BenchKit
import BenchSQLite
import Foundation
import Glibc

/// The last outcomes of one test case, asked of a labd that has very many results.
struct QueryRows {
    let store: FullStore
    let requests: Int

    private static let startLimit = 30.0
    /// What the store asks for each of the fifty.
    private static let floorQuery = """
        SELECT result_rows.id, result_rows.job, result_rows.attempt, result, measurement, units, logged, jobs.name,
            jobs.device_type, runs.board, builds.name
        FROM (SELECT * FROM result_rows WHERE case_id = (SELECT id FROM cases WHERE name = ?)
                ORDER BY id DESC LIMIT 50) AS result_rows
            JOIN jobs ON jobs.id = result_rows.job
            LEFT JOIN runs ON runs.job = result_rows.job AND runs.attempt = result_rows.attempt
            LEFT JOIN builds ON builds.id = runs.build
        """

    func report() throws {
        let labd = try FullStore.start("labd", ["--state", store.state, "--quiet", "--no-tcp"])
        defer {
            labd.terminate()
            labd.waitUntilExit()
        }
        let connection = try connection(labd)
        let bare = try BareDatabase(path: store.database)
        Bench.progress("the last 50 outcomes, \(requests) requests")
        var (ours, floors): ([Double], [Double]) = ([], [])
        var bytes = 0
        for request in 0..<(requests + requests / 10) {
            let name = "case-\(Int.random(in: 0..<20_000))"
            let asked = Cost.now
            let read = try bare.readAll(Self.floorQuery, [.text(name)])
            let between = Cost.now
            let answer = try connection.get("/api/v1/history/cases?name=\(name)&limit=50")
            let answered = Cost.now
            let found = String(decoding: answer.text, as: UTF8.self).components(separatedBy: "\"logged\"").count - 1
            guard read.rows == found, found == min(50, read.rows) else {
                throw BareDatabase.Trouble(description: "\(name): \(found) outcomes, \(read.rows) rows")
            }
            bytes = answer.body
            // The first tenth warms what is kept in memory.
            if request >= requests / 10 {
                floors.append((between - asked) * 1000)
                ours.append((answered - between) * 1000)
            }
        }
        let (mine, floor) = (Samples(ours), Samples(floors))
        var row = BenchRow(
            "last 50 outcomes of one case of \(store.words) results, over the socket",
            floorName: "bare SQLite, the same rows, in this process", floor: floor.median, ours: mine.median,
            unit: "ms", target: "p99 at most 2", excess: mine.quantile(0.99) / 2,
            note: """
                \(requests) requests for random cases of 20000, the cache of pages warm, one connection; \(bytes) bytes of \
                JSON; most \(rounded(mine.most)), floor \(rounded(floor.most))
                """)
        row.tail = mine.quantile(0.99)
        row.floorTail = floor.quantile(0.99)
        try Bench.report(row)
    }

    private func connection(_ labd: Process) throws -> UnixConnection {
        let begin = Cost.now
        while true {
            if let connection = try? UnixConnection(store.state + "/labd.sock"),
                (try? connection.get("/api/v1/system")) != nil
            {
                return connection
            }
            guard labd.isRunning, Cost.now - begin < Self.startLimit else {
                throw BareDatabase.Trouble(description: "labd does not start; run `labd doctor`")
            }
            usleep(500)
        }
    }
}
