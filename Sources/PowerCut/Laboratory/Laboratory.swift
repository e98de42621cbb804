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
    private let clock: any LabClock
    private let logger: Logger
    private let shelf = DiskShelf()
    private var server: NBDServer?
    private var lastDisk = 0

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
        let files = files(of: exploration)
        try await command("rm", ["-rf", "--", files.folder])
        try await command("mkdir", ["-p", "--", files.folder])
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

    public func explore(
        _ exploration: ExplorationName, plan: PowerCutExploration, trials: [any CrashTrial],
        progress: @escaping @Sendable (ExplorationProgress) async -> Void
    ) async throws -> ExplorationSummary {
        let files = files(of: exploration)
        try await serve()
        let space = try space(of: files)
        let machine = CampaignMachine(plan: try CampaignPlan(plan, twins: trials.count), space: space)
        let journal = try CampaignJournal(path: files.journal, identity: machine.identity)
        var runner = CampaignRunner(machine: machine, clock: clock)
        runner.resume(journal.entries)
        try await runner.run(
            on: trials, journal: journal,
            disks: { state in
                let name = await self.nextDisk("state")
                let disk = CrashDisk(state, clock: self.clock)
                self.shelf.put(disk, as: name)
                return (disk, NetworkDisk(socket: self.socket, export: name))
            },
            release: { self.shelf.remove($0.export) }, progress: progress)
        let report = runner.machine.report
        let summary = ExplorationSummary(report, of: space)
        let document = CampaignDocument(report, of: space, title: plan.name, line: summary.line)
        try ReportFiles(folder: files.folder).write(document)
        return summary
    }

    private func space(of files: ExplorationFiles) throws(Failure) -> CrashSpace {
        let trace = try TraceFile.read(path: files.trace)
        let base = try BaseImage(path: files.base)
        try base.check(against: trace.header)
        return try CrashSpace(base: base, trace: trace)
    }

    private func serve() async throws(Failure) {
        guard server == nil else { return }
        unlink(socket)
        server = try await NBDServer.listen(at: socket, serving: shelf, on: group)
    }

    private func nextDisk(_ kind: String) -> String {
        lastDisk += 1
        return "\(kind)-\(lastDisk)"
    }

    func files(of exploration: ExplorationName) -> ExplorationFiles {
        ExplorationFiles(folder: "\(folder)/\(exploration.job)-\(exploration.block)")
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
}
