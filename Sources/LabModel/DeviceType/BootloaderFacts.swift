/// How a boot loader is stopped and talked to.
public struct BootloaderFacts: Hashable, Sendable, Codable {
    /// Regular expressions.
    public var prompt: String
    public var interruptPrompt: String
    /// Typed to interrupt, before the newline.
    public var interruptCharacter: String
    /// Whether a newline follows the interrupt character.
    public var interruptNewline: Bool
    /// Control characters by name, such as `c`; used instead of the character when not empty.
    public var interruptControls: [String]
    /// Whether the boot must be interrupted; otherwise the prompt comes by itself.
    public var needsInterrupt: Bool
    /// Ends the boot loader's part; empty waits for nothing.
    public var finalMessage: String
    public var errorMessages: [String]
    /// Command sets by name, with LAVA's runtime placeholders such as `{SERVER_IP}` still in them.
    public var commandSets: [String: [String]]
    /// The kernel's command line by command set, for boot loaders that read it from a file (depthcharge).
    public var commandLines: [String: String]

    public init(
        prompt: String = "=>", interruptPrompt: String = "Hit any key to stop autoboot",
        interruptCharacter: String = "", interruptNewline: Bool = true, interruptControls: [String] = [],
        needsInterrupt: Bool = true, finalMessage: String = "Starting kernel", errorMessages: [String] = [],
        commandSets: [String: [String]] = [:], commandLines: [String: String] = [:]
    ) {
        self.prompt = prompt
        self.interruptPrompt = interruptPrompt
        self.interruptCharacter = interruptCharacter
        self.interruptNewline = interruptNewline
        self.interruptControls = interruptControls
        self.needsInterrupt = needsInterrupt
        self.finalMessage = finalMessage
        self.errorMessages = errorMessages
        self.commandSets = commandSets
        self.commandLines = commandLines
    }
}

extension BootloaderFacts {
    /// What is typed to stop the boot: control characters when the type lists them, else its character and a newline.
    public var interruptKeys: String {
        guard interruptControls.isEmpty else {
            return String(String.UnicodeScalarView(interruptControls.compactMap(Self.controlCharacter)))
        }
        return interruptCharacter + (interruptNewline ? "\n" : "")
    }

    /// `c` is control-C, 0x03 in ASCII.
    private static func controlCharacter(_ name: String) -> Unicode.Scalar? {
        guard let letter = name.lowercased().unicodeScalars.first, ("a"..."z").contains(letter) else { return nil }
        return Unicode.Scalar(letter.value - 96)
    }
}
