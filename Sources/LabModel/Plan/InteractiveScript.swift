/// One entry of `interactive`: a dialogue at any prompt, a boot loader's or an RTOS shell's.
public struct InteractiveScript: Hashable, Sendable, Codable {
    public var name: String
    /// Regular expressions.
    public var prompts: [String]
    /// `echo: discard`: the board echoes what is typed, and the echo is not searched.
    public var discardsEcho: Bool
    /// Case names that must be there; nil when the job does not say.
    public var expected: [String]?
    public var steps: [Step]

    public struct Step: Hashable, Sendable, Codable {
        /// What is typed; nil only waits, an empty string types a newline.
        public var command: String?
        /// A named step is a test case.
        public var name: String?
        /// Waited before the command is typed.
        public var delay: Duration
        public var waitsForPrompt: Bool
        /// Regular expressions; the step succeeds with the first seen.
        public var successes: [String]
        public var failures: [Failing]
        /// `lava-send` and its like: talks to the group instead of the board.
        public var groupCall: GroupCall?

        public init(
            command: String?, name: String? = nil, delay: Duration = .zero, waitsForPrompt: Bool = true,
            successes: [String] = [], failures: [Failing] = [], groupCall: GroupCall? = nil
        ) {
            self.command = command
            self.name = name
            self.delay = delay
            self.waitsForPrompt = waitsForPrompt
            self.successes = successes
            self.failures = failures
            self.groupCall = groupCall
        }
    }

    /// An entry of `failures`.
    public struct Failing: Hashable, Sendable, Codable {
        /// A regular expression.
        public var message: String
        /// `exception`: ends the job with this type; nil only fails the step.
        public var errorType: ErrorType?
        /// `error`: the text of that failure.
        public var error: String?

        public init(message: String, errorType: ErrorType? = nil, error: String? = nil) {
            self.message = message
            self.errorType = errorType
            self.error = error
        }
    }

    public init(
        name: String, prompts: [String], discardsEcho: Bool = false, expected: [String]? = nil, steps: [Step]
    ) {
        self.name = name
        self.prompts = prompts
        self.discardsEcho = discardsEcho
        self.expected = expected
        self.steps = steps
    }
}
