import LabModel

/// Stops the boot loader before it boots by itself.
struct InterruptStep: StepRunner {
    let bootloader: BootloaderFacts

    var name: String { "bootloader-interrupt" }
    var timeoutType: ErrorType { .infrastructure }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard bootloader.needsInterrupt else { return }
        try await run.expect([ConsolePattern(bootloader.interruptPrompt)], until: deadline)
        let keys = bootloader.interruptKeys
        run.log.input(keys)
        try await run.board.console.send(keys, pacing: run.profile.characterDelays.boot)
    }
}
