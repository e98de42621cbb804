import LabModel

/// The console is open since the board was taken; this step says so and begins to search from here.
struct ConnectStep: StepRunner {
    var name: String { "connect-device" }
    var isRecorded: Bool { false }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        run.cursor = await run.board.console.end()
        run.log.debug("console \(run.board.console.name) of \(run.board.name)")
    }
}

/// Restarts the board by its power, whatever it was doing.
struct ResetStep: StepRunner {
    let boot: BootAction

    var name: String { "reset-device" }
    var timeoutType: ErrorType { .infrastructure }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard boot.resets else {
            run.log.info("reset-device: the job leaves the power alone")
            return
        }
        try await run.restart(until: deadline)
    }
}

/// Starts an emulated board with the images it was given.
struct ExecuteEmulatorStep: StepRunner {
    var name: String { "boot-qemu-image" }
    var timeoutType: ErrorType { .infrastructure }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        try await run.restart(until: deadline)
    }
}

extension RunContext {
    /// Power off, the board's minimum off time, power on. Searches go on from the power-on.
    func restart(until deadline: MonotonicTime) async throws {
        hasShell = false
        try await switchPower(.off, until: deadline)
        try await pause(profile.power.minimumOffTime, until: deadline)
        try await beginBoot()
        try await switchPower(.on, until: deadline)
    }

    /// Marks the place on the console where a boot begins.
    func beginBoot() async throws(Failure) {
        // What was found until now belongs to an earlier life of the board, and is told as such.
        try await recordFindings(always: false, expectedReset: true)
        bootStart = await board.console.end()
        cursor = bootStart
    }

    /// Switches the board's power within the step's time.
    func switchPower(_ target: PowerTarget, until deadline: MonotonicTime) async throws {
        let power = board.power
        hasPower = false
        try await withDeadline(deadline, clock: clock) { try await power.set(target) }
        hasPower = target == .on
        log.debug("power \(target.rawValue)")
    }
}
