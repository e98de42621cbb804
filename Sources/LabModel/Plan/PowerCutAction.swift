/// A `power_cut` block: start something on the booted board, take its power away in the middle, and see what comes back.
public struct PowerCutAction: Hashable, Sendable, Codable {
    /// When the power goes, counted from the moment the command was given.
    public struct Trigger: Hashable, Sendable, Codable {
        /// A regular expression on the console; nil cuts by time alone.
        public var marker: String?
        /// After the marker, or after the command when there is none.
        public var delay: Duration

        public init(marker: String? = nil, delay: Duration = .zero) {
            self.marker = marker
            self.delay = delay
        }
    }

    /// How a board that came back is recognised.
    public struct Alive: Hashable, Sendable, Codable {
        /// A regular expression; its groups `version` and `slot` (or the first and second group) tell what runs.
        public var marker: String
        /// From power-on to the marker, for each boot.
        public var within: Duration
        /// Boots allowed until the marker, watchdog resets included.
        public var maxBoots: Int

        public init(marker: String, within: Duration = .seconds(120), maxBoots: Int = 4) {
            self.marker = marker
            self.within = within
            self.maxBoots = maxBoots
        }
    }

    /// A command on the board that came back, whose exit status answers a question.
    public struct Check: Hashable, Sendable, Codable {
        public var name: String
        public var run: String

        public init(name: String, run: String) {
            self.name = name
            self.run = run
        }
    }

    /// The test case's name.
    public var name: String
    /// The command typed on the booted board.
    public var run: String
    public var trigger: Trigger
    public var offFor: Duration
    public var alive: Alive
    /// Whether what runs is undamaged; nil leaves that unanswered.
    public var whole: String?
    public var checks: [Check]
    /// The version before the update; nil takes what the board said when it last came up.
    public var oldVersion: String?
    public var newVersion: String?
    /// Outcomes that pass.
    public var allowed: [PowerCutOutcome]
    /// Shell prompts after the board came back; empty takes those of the boot block.
    public var prompts: [String]

    public init(
        name: String, run: String, trigger: Trigger, offFor: Duration = .seconds(2), alive: Alive, whole: String? = nil,
        checks: [Check] = [], oldVersion: String? = nil, newVersion: String? = nil,
        allowed: [PowerCutOutcome] = [.old, .new], prompts: [String] = []
    ) {
        self.name = name
        self.run = run
        self.trigger = trigger
        self.offFor = offFor
        self.alive = alive
        self.whole = whole
        self.checks = checks
        self.oldVersion = oldVersion
        self.newVersion = newVersion
        self.allowed = allowed
        self.prompts = prompts
    }
}
