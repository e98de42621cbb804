import Glibc
public import LabModel
public import Logging
public import NIOPosix
import Subprocess

/// Records updates and explores what power cuts leave of them, with one disk server for all.
///
/// Each exploration has a folder: `base.img` as the board had it, `update.trace`, and the campaign's journal.
public actor Laboratory: PowerCutLaboratory {
    let folder: String
    private let socket: String
    private let group: MultiThreadedEventLoopGroup
    let clock: any LabClock
    private let logger: Logger
    let shelf = DiskShelf()
    private var server: NBDServer?
    private var lastDisk = 0
    // The recording that was looked at last: reading and indexing one takes a second.
    private var lastSpace: (folder: String, files: [FileStamp], space: CrashSpace)?

    /// - Parameters:
    ///   - folder: where explorations keep their files; must exist.
    ///   - socket: the disk server's unix socket, at most 103 bytes.
    public init(
        folder: String, socket: String, group: MultiThreadedEventLoopGroup = .singleton, clock: any LabClock,
        logger: Logger
    ) {
        self.folder = folder
        self.socket = socket
        self.group = group
        self.clock = clock
        self.logger = logger
    }

    /// Stops serving disks.
    public func shutdown() async {
        await server?.close()
        server = nil
    }

    public func hasRecording(_ exploration: ExplorationName) async -> Bool {
        let files = files(of: exploration)
        return access(files.base, R_OK) == 0 && (try? TraceFile.read(path: files.trace)) != nil
    }

    public func beginRecording(
        _ exploration: ExplorationName, base: String, machine: [String: String]
    ) async throws(Failure) -> any PowerCutRecording {
        let files = try await emptyFolder(of: exploration)
        try await command("cp", ["--sparse=always", "--reflink=auto", "--", base, files.base])
        try await command("cp", ["--sparse=always", "--reflink=auto", "--", base, files.disk])
        try await serve()
        let image = try BaseImage(path: files.base)
        let header = TraceHeader(
            baseDigest: image.digest(), baseSize: image.size, recordedAt: clock.wall(),
            machine: machine.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
        let disk = try RecordingDisk(copy: files.disk, trace: files.trace, header: header, clock: clock)
        let name = nextDisk("recording")
        shelf.put(disk, as: name)
        return Recording(
            recorder: disk, disk: NetworkDisk(socket: socket, export: name), shelf: shelf, files: files)
    }

    public func adopt(_ source: ExplorationName, as exploration: ExplorationName) async throws(Failure) {
        let old = self.files(of: source)
        guard await hasRecording(source) else {
            throw Failure(
                .job, "job \(source.job) has no whole recording of power cuts at block \(source.block)",
                advice: "`lablctl powercut record` makes one")
        }
        let files = try await emptyFolder(of: exploration)
        for (from, to) in [(old.base, files.base), (old.trace, files.trace)] {
            // Both are never written again, so they may have two names; each outlives the other.
            guard link(from, to) != 0 else { continue }
            try await command("cp", ["--sparse=always", "--reflink=auto", "--", from, to])
        }
        // Boots of a campaign that was broken off count for one with the same plan. Of one that has its answer none do:
        // whoever asks again wants to see it again.
        guard access(old.folder + "/" + ReportFiles.name(of: .json), F_OK) != 0, access(old.journal, R_OK) == 0 else {
            return
        }
        try await command("cp", ["--", old.journal, files.adoptedJournal])
    }

    public func explore(
        _ exploration: ExplorationName, plan: PowerCutExploration, trials: [any CrashTrial],
        progress: @escaping @Sendable (ExplorationProgress) async -> Void
    ) async throws -> ExplorationSummary {
        let files = files(of: exploration)
        try await serve()
        let space = try space(of: files)
        try space.checkStarts(plan.starts)
        let machine = CampaignMachine(plan: try CampaignPlan(plan, twins: trials.count), space: space)
        let journal = try Self.journal(of: files, identity: machine.identity + plan.fingerprint)
        if !journal.entries.isEmpty {
            logger.info("campaign of job \(exploration.job): \(journal.entries.count) boots were made before")
        }
        var runner = CampaignRunner(machine: machine, clock: clock)
        runner.resume(journal.entries)
        try await runner.run(
            on: trials, journal: journal,
            disks: { state in await self.offer(state) },
            release: { self.shelf.remove($0.export) }, progress: progress)
        let report = runner.machine.report
        let summary = ExplorationSummary(report, of: space)
        let document = CampaignDocument(report, of: space, title: plan.name, line: summary.line)
        try ReportFiles(folder: files.folder).write(document)
        return summary
    }

    /// The journal of a campaign: its own, or that of the one whose recording it took, if that was the same campaign.
    private static func journal(of files: ExplorationFiles, identity: String) throws(Failure) -> CampaignJournal {
        if access(files.journal, F_OK) != 0, access(files.adoptedJournal, F_OK) == 0,
            (try? CampaignJournal.entries(path: files.adoptedJournal, identity: identity)) != nil
        {
            rename(files.adoptedJournal, files.journal)
        }
        unlink(files.adoptedJournal)
        return try CampaignJournal(path: files.journal, identity: identity)
    }

    /// The recording in `files`, checked from beginning to end unless that was done before and nobody touched it since.
    func space(of files: ExplorationFiles) throws(Failure) -> CrashSpace {
        let stamps = [FileStamp(files.base), FileStamp(files.trace)]
        if let lastSpace, lastSpace.folder == files.folder, lastSpace.files == stamps { return lastSpace.space }
        lastSpace = nil
        let trace = try TraceFile.read(path: files.trace)
        let base = try BaseImage(path: files.base)
        try base.check(against: trace.header)
        let space = try CrashSpace(base: base, trace: trace)
        lastSpace = (files.folder, stamps, space)
        return space
    }

    private func emptyFolder(of exploration: ExplorationName) async throws(Failure) -> ExplorationFiles {
        let files = files(of: exploration)
        try await command("rm", ["-rf", "--", files.folder])
        try await command("mkdir", ["-p", "--", files.folder])
        return files
    }

    /// Puts a state where boards find it, after `serve`. The caller takes it from the shelf.
    func offer(_ state: CrashState, limit: Int = 1 << 30) -> (CrashDisk, NetworkDisk) {
        let name = nextDisk("state")
        let disk = CrashDisk(state, limit: limit, clock: clock)
        shelf.put(disk, as: name)
        return (disk, NetworkDisk(socket: socket, export: name))
    }

    func serve() async throws(Failure) {
        guard server == nil else { return }
        unlink(socket)
        server = try await NBDServer.listen(at: socket, serving: shelf, on: group)
    }

    private func nextDisk(_ kind: String) -> String {
        lastDisk += 1
        return "\(kind)-\(lastDisk)"
    }

    func files(of exploration: ExplorationName) -> ExplorationFiles {
        files(of: exploration.job, exploration.block)
    }

    func files(of job: JobID, _ block: Int) -> ExplorationFiles {
        ExplorationFiles(folder: "\(folder)/\(job)-\(block)")
    }

    private func command(_ program: String, _ arguments: [String]) async throws(Failure) {
        let said: String?
        do {
            let result = try await run(
                .name(program), arguments: Arguments(arguments), output: .discarded, error: .string(limit: 65_536))
            guard !result.terminationStatus.isSuccess else { return }
            said = result.standardError
        } catch {
            said = "\(error)"
        }
        throw Failure(.infrastructure, "\(program) failed: \(said ?? "it said nothing")")
    }
}

/// Where an exploration's files are.
struct ExplorationFiles: Sendable {
    var folder: String

    /// The disk before the first write.
    var base: String { folder + "/base.img" }
    /// The disk that the recorded board wrote to.
    var disk: String { folder + "/disk.img" }
    var trace: String { folder + "/update.trace" }
    var journal: String { folder + "/campaign.journal" }
    /// Of the campaign that the recording was taken from.
    var adoptedJournal: String { folder + "/adopted.journal" }
}

/// Tells whether a file was written to since.
private struct FileStamp: Hashable {
    private var numbers: [Int64]

    init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            numbers = []
            return
        }
        let modified = status.st_mtim
        numbers = [
            Int64(bitPattern: UInt64(status.st_ino)), Int64(status.st_size), Int64(modified.tv_sec),
            Int64(modified.tv_nsec),
        ]
    }
}
