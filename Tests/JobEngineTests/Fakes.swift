import LabModel
import LabSimulation
import Synchronization

@testable import JobEngine

/// Keeps what a run records.
final class Recorder: RunRecorder, JobLogStore, JobLog {
    struct State {
        var results: [ResultRecord] = []
        var cuts: [PowerCutRecord] = []
        var events: [NewEvent] = []
        var entries: [LogEntry] = []
    }

    let state = Mutex(State())

    var results: [ResultRecord] { state.withLock { $0.results } }
    var cuts: [PowerCutRecord] { state.withLock { $0.cuts } }
    var log: [LogEntry] { state.withLock { $0.entries } }

    func append(_ results: [ResultRecord], to job: JobID) async throws(Failure) {
        state.withLock { $0.results += results }
    }

    func append(_ cut: PowerCutRecord, to job: JobID) async throws(Failure) {
        state.withLock { $0.cuts.append(cut) }
    }

    func append(_ events: [NewEvent]) async throws(Failure) {
        state.withLock { $0.events += events }
    }

    func open(_ job: JobID, secrets: [String]) throws(Failure) -> any JobLog { self }

    func read(_ job: JobID, from offset: Int64, limit: Int) async throws(Failure) -> JobLogPage {
        JobLogPage(lines: [], next: offset)
    }

    func growth(of job: JobID) async -> AsyncStream<Int64> { AsyncStream { $0.finish() } }

    func append(_ entries: [LogEntry]) { state.withLock { $0.entries += entries } }

    func flush() async {}

    /// Results of a suite as `name: result`.
    func outcomes(_ suite: String) -> [String] {
        results.filter { $0.suite == suite }.map { "\($0.name): \($0.result.name)" }
    }
}

/// Workspaces, downloads, packing and serving that only remember.
final class Workbench: WorkspaceProvider, ArtifactSource, TestDefinitionSource, OverlayPacker, JobFileServer {
    struct State {
        var removed: [JobID] = []
        var withdrawn: [JobID] = []
        var failuresLeft = 0
        var entries: [OverlayEntry] = []
    }

    let state = Mutex(State())

    func makeWorkspace(for job: JobID) async throws(Failure) -> String { "/workspace/\(job)" }
    func makeFolder(_ path: String) async throws(Failure) {}
    func removeWorkspace(of job: JobID) async { state.withLock { $0.removed.append(job) } }

    func fetch(
        _ image: ImageRequest, into directory: String, keepsCompression: Bool,
        progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws(Failure) -> FetchedImage {
        let fails = state.withLock { state in
            defer { state.failuresLeft -= 1 }
            return state.failuresLeft > 0
        }
        if fails { throw Failure(.infrastructure, "the server is away") }
        return FetchedImage(
            name: image.name, path: "\(directory)/\(image.name)", size: 1000, sha256: "00", cameFromCache: false)
    }

    func fetch(
        _ request: TestDefinitionRequest, into directory: String
    ) async throws(Failure) -> FetchedTestDefinition {
        guard case .inline(let definition) = request.source else { throw Failure(.infrastructure, "no network") }
        return FetchedTestDefinition(definition: definition)
    }

    func packTar(_ entries: [OverlayEntry], to path: String) async throws(Failure) {
        state.withLock { $0.entries = entries }
    }

    func extendRamdisk(
        _ ramdisk: String, with layers: [RamdiskLayer], to path: String, header: RamdiskHeader?
    ) async throws(Failure) {}
    func packExt4(_ entries: [OverlayEntry], to path: String) async throws(Failure) {}
    func wrapKernel(
        _ kernel: String, to path: String, architecture: String, loadAddress: String
    ) async throws(Failure) {}

    func publishHTTP(_ path: String, for job: JobID, network: NetworkFacts) async throws(Failure) -> String {
        "http://lab/\(job)/overlay.tar.gz"
    }
    func publishTFTP(_ path: String, as name: String, for job: JobID) async throws(Failure) -> String {
        "\(job)/\(name)"
    }
    func withdraw(_ job: JobID) async { state.withLock { $0.withdrawn.append(job) } }
}

struct FixedCatalog: DeviceCatalog {
    var result: DeviceProfile
    var failure: Failure?

    func profile(
        of type: DeviceTypeName, variables: [String: DataValue], context: [String: DataValue]
    ) throws(Failure) -> DeviceProfile {
        if let failure { throw failure }
        return result
    }
}

/// An engine with a scripted board.
struct Bench {
    let recorder = Recorder()
    let workbench = Workbench()
    let clock: any LabClock
    let power: ModelPower
    let board: ModelBoard
    let console: ScriptedConsole
    var profile = DeviceProfile(
        type: DeviceTypeName(rawValue: "model"), network: NetworkFacts(httpAddress: "10.0.2.2", tftpAddress: "10.0.2.2")
    )

    var typeFailure: Failure?
    var sampling = SamplingServices()
    var holdOnFailure: Duration?

    init(
        echoes: Bool = true, clock: any LabClock = SystemLabClock(), reply: @escaping ScriptedConsole.Reply
    ) {
        self.clock = clock
        console = ScriptedConsole(clock: clock, echoes: echoes, reply: reply)
        power = ModelPower(clock: clock)
        board = ModelBoard("board-1", clock: clock, power: power, console: console)
    }

    func run(_ blocks: [Action], timeouts: JobTimeouts = JobTimeouts(job: .seconds(30)), retry: Int? = nil) async
        -> JobOutcome
    {
        await run(
            blocks: blocks.enumerated().map {
                ActionBlock(index: $0, action: $1, failureRetry: retry, failureRetryInterval: .zero)
            }, timeouts: timeouts)
    }

    func run(
        blocks: [ActionBlock], timeouts: JobTimeouts = JobTimeouts(job: .seconds(30)), secrets: [String: String] = [:]
    ) async -> JobOutcome {
        let plan = JobPlan(
            name: "bench", deviceType: DeviceTypeName(rawValue: "model"), timeouts: timeouts, secrets: secrets,
            blocks: blocks, holdOnFailure: holdOnFailure)
        let lease = Lease(
            board: board.name, job: JobID(rawValue: 7), generation: LeaseGeneration(rawValue: 1),
            epoch: Epoch(rawValue: 1))
        return await engine.run(plan, lease: lease, on: board)
    }

    var engine: JobEngine {
        JobEngine(
            services: EngineServices(
                store: recorder, logs: recorder, catalog: FixedCatalog(result: profile, failure: typeFailure),
                artifacts: workbench,
                testDefinitions: workbench, packer: workbench, files: workbench, workspaces: workbench, clock: clock,
                sampling: sampling))
    }
}

/// What a shell prints for the word that labd asks for to see whether everything was answered; nil for other lines.
func echoed(_ line: String) -> String? {
    line.wholeMatch(of: #/echo "(LABD-HERE-\d+)=\$\?\."/#).map { "\($0.1)=0.\r\n" }
}

/// A definition that stands in the job.
func inlineTest(_ name: String, steps: [String] = ["true"], expected: [String]? = nil) -> TestDefinitionRequest {
    TestDefinitionRequest(
        name: name, source: .inline(TestDefinition(name: name, steps: steps)), path: "inline/\(name).yaml",
        expected: expected)
}
