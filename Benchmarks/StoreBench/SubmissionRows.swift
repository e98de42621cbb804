import BenchKit
import BenchSQLite
import LabModel
import Yams

/// Durable submission: what one job costs, and how many get in a second.
struct SubmissionRows {
    let folder: TemporaryFolder
    let turns: Int
    private let bare: BareDatabase
    private let submitter: Submitter

    init(folder: TemporaryFolder, turns: Int) async throws {
        self.folder = folder
        self.turns = turns
        bare = try BareDatabase(path: folder.path + "/bare.sqlite")
        try bare.run("CREATE TABLE jobs (id INTEGER PRIMARY KEY, definition TEXT NOT NULL) STRICT")
        submitter = try await Submitter(path: folder.path + "/labd.sqlite")
    }

    func report() async throws {
        try await reportSmall(ReferenceJob(bytes: 1000))
        try await reportLarge(ReferenceJob(bytes: 10_000), repeats: 40)
        try await reportLarge(ReferenceJob(bytes: 60_000), repeats: 8)
        try await reportRate(ReferenceJob(bytes: 1000))
    }

    private func reportSmall(_ job: ReferenceJob) async throws {
        let repeats = 200
        Bench.progress("submission of the \(job.size) job")
        let (floors, all) = try await Bench.interleaved(turns: turns) {
            try Cost.of { for _ in 0..<repeats { try commit(job.text) } }
        } ours: {
            try await Cost.of { for _ in 0..<repeats { _ = try await submitter.submit(job.text) } }
        }
        let parsed = try Samples((0..<turns).map { _ in try compose(job.text, repeats: repeats).processor })
        let ours = Samples(all.map { $0.processor / Double(repeats) * 1000 })
        try Bench.report(
            BenchRow(
                "durable submission of the \(job.size) job", floorName: "bare SQLite commit of the text",
                floor: Samples(floors.map { $0.processor / Double(repeats) * 1000 }).median, ours: ours.median,
                unit: "ms CPU", target: "at most 0.7 ms", excess: ours.median / 0.7,
                note: """
                    \(turns) x \(repeats) one after another, most \(rounded(ours.most)); wall \
                    \(rounded(Samples(all.map { $0.wall / Double(repeats) * 1000 }).median)) ms; Yams.compose of the \
                    text alone \(rounded(parsed.median / Double(repeats) * 1000))
                    """))
    }

    private func reportLarge(_ job: ReferenceJob, repeats: Int) async throws {
        Bench.progress("submission of the \(job.size) job")
        let (floors, all) = try await Bench.interleaved(turns: turns) {
            try compose(job.text, repeats: repeats)
        } ours: {
            try await Cost.of { for _ in 0..<repeats { _ = try await submitter.submit(job.text) } }
        }
        let floor = Samples(floors.map { $0.processor / Double(repeats) * 1000 })
        let ours = Samples(all.map { $0.processor / Double(repeats) * 1000 })
        // What the compiler itself asks of Yams: scalars stay text.
        let bare = try Samples((0..<turns).map { _ in try compose(job.text, .basic, repeats: repeats).processor })
        try Bench.report(
            BenchRow(
                "durable submission of the \(job.size) job", floorName: "Yams.compose of the text",
                floor: floor.median, ours: ours.median, unit: "ms CPU", target: "at most 2 x",
                excess: ours.median / floor.median / 2,
                note: """
                    \(turns) x \(repeats), most \(rounded(ours.most)); Yams.compose without its guessing of types \
                    \(rounded(bare.median / Double(repeats) * 1000))
                    """))
    }

    private func reportRate(_ job: ReferenceJob) async throws {
        let (submitters, repeats) = (16, 50)
        Bench.progress("submissions a second")
        let (floors, all) = try await Bench.interleaved(turns: turns) {
            try Cost.of { for _ in 0..<submitters * repeats { try commit(job.text) } }
        } ours: {
            try await Cost.of {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<submitters {
                        group.addTask { [submitter] in
                            for _ in 0..<repeats { _ = try await submitter.submit(job.text) }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
        let count = Double(submitters * repeats)
        let ours = Samples(all.map { count / $0.wall })
        try Bench.report(
            BenchRow(
                "submissions of the \(job.size) job, \(submitters) at once",
                floorName: "bare SQLite commits, one after another",
                floor: Samples(floors.map { count / $0.wall }).median, ours: ours.median, unit: "1/s",
                target: "at least 1000/s", excess: 1000 / ours.median,
                note: """
                    \(turns) x \(submitters * repeats), least \(rounded(ours.least)); \
                    \(rounded(Samples(all.map { $0.processor / count * 1000 }).median)) ms CPU each
                    """))
    }

    private func commit(_ text: String) throws {
        try bare.run("INSERT INTO jobs (definition) VALUES (?)", [.text(text)])
    }

    private func compose(_ text: String, _ resolver: Resolver = .default, repeats: Int) throws -> Cost {
        try Cost.of { for _ in 0..<repeats { _ = try Yams.compose(yaml: text, resolver) } }
    }
}
