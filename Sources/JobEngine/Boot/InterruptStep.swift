import LabModel

/// Stops the boot loader before it boots by itself.
struct InterruptStep: StepRunner {
    let bootloader: BootloaderFacts

    var name: String { "bootloader-interrupt" }
    var timeoutType: ErrorType { .infrastructure }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard bootloader.needsInterrupt else { return }
        try await run.expect([ConsolePattern(bootloader.interruptPrompt)], until: deadline)
        let keys = Self.keys(for: bootloader)
        run.log.input(keys)
        try await run.board.console.send(keys, pacing: run.profile.characterDelays.boot)
    }

    /// What is typed: control characters when the type lists them, else its character and a newline.
    static func keys(for bootloader: BootloaderFacts) -> String {
        guard bootloader.interruptControls.isEmpty else {
            return String(String.UnicodeScalarView(bootloader.interruptControls.compactMap(controlCharacter)))
        }
        return bootloader.interruptCharacter + (bootloader.interruptNewline ? "\n" : "")
    }

    /// `c` is control-C, 0x03 in ASCII.
    private static func controlCharacter(_ name: String) -> Unicode.Scalar? {
        guard let letter = name.lowercased().unicodeScalars.first, ("a"..."z").contains(letter) else { return nil }
        return Unicode.Scalar(letter.value - 96)
    }
}
