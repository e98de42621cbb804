import BenchKit
import BenchSQLite
import Foundation
import LabModel
import LabStore

/// What the store does between the start of labd and its first answer, with very many results in it.
struct StartRows {
    let folder: TemporaryFolder
    let turns: Int
    private let results = 10_000_000

    func report() async throws {
        Bench.progress("filling a database with \(results) results")
        let fill = try await Cost.of { try await ResultFill.fill(folder.path, count: results) }
        let path = ResultFill.database(below: folder.path)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        Bench.progress("start with \(results) results stored")
        let (floors, all) = try await Bench.interleaved(turns: turns * 2) {
            try Cost.of { try Self.bareStart(path) }
        } ours: {
            try await Self.start(path)
        }
        var cold: [Double] = []
        for _ in 0..<turns {
            try forgetPages(of: path)
            cold.append(try await Self.start(path).wall)
        }
        let ours = Samples(all.map { $0.wall * 1000 })
        try Bench.report(
            BenchRow(
                "start of the store with 10 million results", floorName: "bare SQLite: open, read the schema, commit",
                floor: Samples(floors.map { $0.wall * 1000 }).median, ours: ours.median, unit: "ms",
                target: "at most 50 ms", excess: ours.median / 50,
                note: """
                    open, epoch, boards, leases, intents, queue; \(turns * 2) starts, most \(rounded(ours.most)); CPU \
                    \(rounded(Samples(all.map { $0.processor * 1000 }).median)) ms; nothing of the file in memory: \
                    \(rounded(Samples(cold).median * 1000)) ms; \(size >> 20) MiB, filled in \(rounded(fill.wall)) s
                    """))
    }

    /// All that labd asks its store before it answers, and the first look at the queue.
    private static func start(_ path: String) async throws -> Cost {
        var store: SQLiteStore?
        let cost = try await Cost.of {
            let opened = try SQLiteStore(path: path, clock: SystemLabClock())
            _ = try await opened.beginEpoch()
            try await opened.setBoards([Submitter.board])
            _ = try await opened.leases()
            _ = try await opened.unresolvedIntents()
            _ = try await opened.boards()
            _ = try await opened.queue()
            store = opened
        }
        try await store?.close()
        return cost
    }

    private static func bareStart(_ path: String) throws {
        let bare = try BareDatabase(path: path)
        try bare.run("SELECT COUNT(*) FROM sqlite_schema")
        try bare.run("INSERT INTO epochs (began) VALUES (0)")
    }

    /// Has the kernel drop what it keeps of a file.
    private func forgetPages(of path: String) throws {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        fsync(file.fileDescriptor)
        posix_fadvise(file.fileDescriptor, 0, 0, POSIX_FADV_DONTNEED)
        try file.close()
    }
}
