import JobEngine
import LabModel
import LabSimulation

/// What the engine finds around it in a simulated lab: slow artefacts, folders and logs that are nowhere.
struct ModelServices: JobLogStore, JobLog, WorkspaceProvider, ArtifactSource, TestDefinitionSource, OverlayPacker,
    JobFileServer
{
    let life: Life

    func engine(_ catalog: any DeviceCatalog) -> JobEngine {
        JobEngine(
            services: EngineServices(
                store: life.answering, logs: self, catalog: catalog, artifacts: self, testDefinitions: self,
                packer: self, files: self, workspaces: self, clock: life.clock))
    }

    func open(_ job: JobID, secrets: [String]) throws(Failure) -> any JobLog { self }
    func read(_ job: JobID, from offset: Int64, limit: Int) async throws(Failure) -> JobLogPage {
        JobLogPage(lines: [], next: offset)
    }
    func growth(of job: JobID) async -> AsyncStream<Int64> { AsyncStream { $0.finish() } }
    func append(_ entries: [LogEntry]) {}
    func flush() async { await Task.yield() }

    func makeWorkspace(for job: JobID) async throws(Failure) -> String {
        try life.check()
        return "/workspaces/\(job)"
    }
    func makeFolder(_ path: String) async throws(Failure) {}
    func removeWorkspace(of job: JobID) async {}

    func fetch(
        _ image: ImageRequest, into directory: String, keepsCompression: Bool,
        progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws(Failure) -> FetchedImage {
        var chance = SplitMix64(seed: life.simulation.chance())
        let isSlow = life.scenario.faults.contains(.slowArtifacts) && chance.unit() < 0.2
        do {
            try await life.clock.sleep(for: chance.duration(in: .seconds(1) ... .seconds(isSlow ? 900 : 20)))
        } catch {
            throw Failure(.canceled, "cancelled while \(image.name) was fetched")
        }
        if life.scenario.faults.contains(.slowArtifacts), chance.unit() < 0.05 {
            throw Failure(.infrastructure, "the server of \(image.name) is away")
        }
        return FetchedImage(
            name: image.name, path: "\(directory)/\(image.name)", size: 1, sha256: "00", cameFromCache: false)
    }

    func fetch(_ request: TestDefinitionRequest, into directory: String) async throws(Failure) -> FetchedTestDefinition
    {
        throw Failure(.infrastructure, "there are no test definitions")
    }

    func packTar(_ entries: [OverlayEntry], to path: String) async throws(Failure) {}
    func extendRamdisk(
        _ ramdisk: String, with layers: [RamdiskLayer], to path: String, header: RamdiskHeader?
    ) async throws(Failure) {}
    func packExt4(_ entries: [OverlayEntry], to path: String) async throws(Failure) {}
    func wrapKernel(
        _ kernel: String, to path: String, architecture: String, loadAddress: String
    ) async throws(Failure) {}

    func publishHTTP(_ path: String, for job: JobID, network: NetworkFacts) async throws(Failure) -> String { path }
    func publishTFTP(_ path: String, as name: String, for job: JobID) async throws(Failure) -> String { name }
    func withdraw(_ job: JobID) async {}
}

extension JobPlan {
    /// A job for the real engine on a model board: an image, a boot, results from what the board prints.
    static func modelled(_ plan: JobPlan) -> JobPlan {
        var plan = plan
        plan.timeouts.job = .seconds(1500)
        plan.blocks = [
            ActionBlock(
                index: 0,
                action: .deploy(
                    DeployAction(method: .downloads, images: [ImageRequest(name: "image", url: "http://lab/image")])),
                timeouts: BlockTimeouts(block: .seconds(600))),
            ActionBlock(
                index: 1, action: .boot(BootAction(method: .minimal, prompts: ["board# "])),
                timeouts: BlockTimeouts(block: .seconds(120)), failureRetry: 2),
            ActionBlock(
                index: 2,
                action: .test(
                    TestAction(
                        content: .monitors([
                            MonitorRequest(
                                name: "model", start: "tests begin", end: "tests end",
                                pattern: "case (?<test_case_id>[a-z0-9]+) (?<result>pass|fail)")
                        ]))), timeouts: BlockTimeouts(block: .seconds(300))),
        ]
        return plan
    }
}

/// What a board says after its power came, for as long as it stays.
struct BootStory {
    let board: PhysicalBoard
    let console: ModelConsole
    let life: Life

    func tell(_ boot: Int) async {
        var chance = SplitMix64(seed: life.simulation.chance())
        let lines: [(ClosedRange<Duration>, String)] = [
            (.milliseconds(100) ... .seconds(2), "U-Boot 2024.01\n"),
            (.seconds(1) ... .seconds(5), "Linux version 6.12\n"),
            (.seconds(1) ... .seconds(40), "board# "),
            (.seconds(1) ... .seconds(2), "tests begin\n"),
            (.seconds(1) ... .seconds(60), "case one pass\n"),
            (.milliseconds(1) ... .seconds(60), "case two fail\n"),
            (.milliseconds(1) ... .milliseconds(20), "case three pass\n"),
            (.seconds(1) ... .seconds(2), "tests end\n"),
        ]
        var rounds = board.behaviour == .reboots ? 2 : 1
        var next = 0
        while next < lines.count {
            try? await life.clock.sleep(for: chance.duration(in: lines[next].0))
            guard life.isAlive, board.isOn, board.boots == boot, board.behaviour != .silent else { return }
            console.print(lines[next].1)
            next += 1
            if next == 2, board.behaviour == .hangs { return }
            if next == 3, rounds > 1 {
                rounds -= 1
                next = 0
            }
        }
    }
}
