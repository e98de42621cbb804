import LabModel

/// Types the boot loader commands, one prompt each, and waits until the kernel is started.
struct BootloaderCommandsStep: StepRunner {
    let boot: BootAction
    let bootloader: BootloaderFacts

    var name: String { "bootloader-commands" }
    var timeoutType: ErrorType { .infrastructure }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        let errors = bootloader.errorMessages.map { ConsolePattern($0) }
        let prompt = [ConsolePattern(bootloader.prompt)] + errors
        for line in run.bootCommands {
            try await expect(prompt, in: run, until: deadline)
            try await run.sendLine(line, pacing: run.profile.characterDelays.boot)
        }
        let final = boot.bootloaderFinalMessage ?? bootloader.finalMessage
        guard !final.isEmpty, !run.bootCommands.isEmpty else { return }
        try await expect([ConsolePattern(final)] + errors, in: run, until: deadline)
    }

    /// Waits for the first of `patterns`; all others are errors.
    private func expect(_ patterns: [ConsolePattern], in run: RunContext, until deadline: MonotonicTime) async throws {
        let match = try await run.expect(patterns, until: deadline)
        guard match.pattern == 0 else {
            throw Failure(.infrastructure, "the boot loader says '\(match.line)'")
        }
    }
}
