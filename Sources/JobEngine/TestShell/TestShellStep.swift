import LabModel

/// Runs the definitions of one test block on the booted board and follows their signals.
struct TestShellStep: StepRunner {
    let block: ActionBlock
    /// Whether the job has others to talk to: LAVA then has another name for the same.
    var isInGroup = false

    var name: String { isInGroup ? "multinode-test" : "lava-test-shell" }
    var timeoutType: ErrorType { .lavaTimeout }
    var holdsWaitsToConnectionTimeout: Bool { false }

    /// How long the board may take to answer the first commands.
    static let startLimit = Duration.seconds(15)

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard let overlay = run.overlay, let stage = overlay.stages.first(where: { $0.block == block.index }) else {
            throw Failure(
                .job, "no deploy block before this test brought its definitions",
                advice: "add `deploy: {to: overlay}` before the boot block")
        }
        guard run.hasShell else {
            throw Failure(
                .job, "no shell answers on the board", advice: "put a boot block with prompts before the test")
        }
        guard overlay.placement != .nowhere || overlay.mountCommand != nil else {
            throw Failure(
                .job, "the test overlay did not reach the board",
                advice: "add `transfer_overlay` to the boot block, or deploy a ramdisk that takes the overlay")
        }
        do {
            try await begin(overlay, stage, in: run, until: deadline)
        } catch {
            var machine = SignalMachine(tests: stage.tests)
            try await run.perform(machine.close(wall: run.clock.wall()))
            throw error
        }
        try await follow(SignalFollower(stage: stage, root: overlay.root, run: run), in: run, until: deadline)
        try await run.recordFindings(always: false, expectedReset: false)
        try await run.storeResults()
    }

    /// Gets the runner going. A board that does not answer here is the job's fault, not the test's time.
    private func begin(
        _ overlay: TestOverlay, _ stage: TestStage, in run: RunContext, until deadline: MonotonicTime
    ) async throws {
        do {
            try await start(overlay, stage, in: run, until: deadline)
        } catch let timeout as ConsoleTimeout {
            run.hasShell = false
            throw Failure(.job, "the board's shell does not answer: \(timeout.explanation)")
        }
    }

    private func start(
        _ overlay: TestOverlay, _ stage: TestStage, in run: RunContext, until deadline: MonotonicTime
    ) async throws {
        let pacing = run.profile.characterDelays.test
        let soon = min(deadline, run.clock.monotonic().advanced(by: Self.startLimit))
        try await run.command("#", pacing: pacing, until: soon)
        if let mount = overlay.mountCommand, overlay.placement != .boot(run.bootStart) {
            try await run.command(mount, pacing: pacing, until: soon)
            run.overlay?.placement = .boot(run.bootStart)
        }
        // Looked at before it is read: a shell gives up the whole line when `.` finds nothing.
        let environment = "\(overlay.root)/environment"
        try await run.command("export SHELL=\(run.profile.constants.testShell)", pacing: pacing, until: soon)
        try await run.sendLine(
            #"test -r \#(environment) && . \#(environment); printf "<LAVA_SIGNAL_RETRUNCODE $?>\n""#, pacing: pacing)
        let answer = try await run.expect([ConsolePattern("<LAVA_SIGNAL_RETRUNCODE ([0-9]+)>")], until: soon)
        guard answer.groups["1"] == "0" else {
            throw Failure(.job, "the test overlay is not where it should be: \(overlay.root) on the board")
        }
        // Behind that answer stands the newest prompt, whatever was typed before.
        try await run.expectPrompt(until: soon)
        run.isAhead = false
        if !run.startedStages.insert(stage.number).inserted {
            let list = "\(overlay.root)/\(stage.number)/lava-test-runner"
            try await run.command("cp \(list).all \(list).conf", pacing: pacing, until: soon)
        }
        try await run.sendLine("\(overlay.root)/bin/lava-test-runner \(overlay.root)/\(stage.number)", pacing: pacing)
    }

    /// Follows the runner until it says that it is done. However it ends, definitions that did not are failures.
    private func follow(
        _ follower: SignalFollower, in run: RunContext, until deadline: MonotonicTime
    ) async throws {
        var follower = follower
        do {
            let installFailed = try await follower.follow(until: deadline)
            guard !installFailed else { throw Failure(.test, "the installation of a test definition failed") }
            guard follower.hasBegun else { throw Failure(.test, "the test runner ended without running anything") }
        } catch {
            try await follower.abandon()
            throw error
        }
    }
}
