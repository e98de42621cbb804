/// What one power cut did, with every fact kept apart from what was concluded from it.
public struct PowerCutRecord: Hashable, Sendable, Codable {
    /// The test case's name.
    public var name: String
    public var outcome: PowerCutOutcome
    public var brickKind: BrickKind?
    public var isAllowed: Bool
    /// Whether the marker of life was seen.
    public var isAlive: Bool
    /// The answer of the job's `whole` command; nil when it was not asked or could not be.
    public var isWhole: Bool?
    public var versionBefore: String?
    public var versionAfter: String?
    public var slotBefore: String?
    public var slotAfter: String?
    /// Boots seen after the cut.
    public var boots: Int
    /// From power-on to the marker of life.
    public var recoveryTime: Duration?
    /// From the moment the trigger was met to the command at the power switch.
    public var commandLatency: Duration?
    /// From the command to the last byte on the console.
    public var silenceLatency: Duration?
    /// The line that triggered the cut.
    public var triggerLine: String?
    /// What was concluded rather than seen, one sentence each.
    public var inferences: [String]
    /// The console's last lines before the verdict.
    public var lastLines: [String]

    public init(
        name: String, outcome: PowerCutOutcome, brickKind: BrickKind? = nil, isAllowed: Bool, isAlive: Bool,
        isWhole: Bool? = nil, versionBefore: String? = nil, versionAfter: String? = nil, slotBefore: String? = nil,
        slotAfter: String? = nil, boots: Int, recoveryTime: Duration? = nil, commandLatency: Duration? = nil,
        silenceLatency: Duration? = nil, triggerLine: String? = nil, inferences: [String] = [], lastLines: [String] = []
    ) {
        self.name = name
        self.outcome = outcome
        self.brickKind = brickKind
        self.isAllowed = isAllowed
        self.isAlive = isAlive
        self.isWhole = isWhole
        self.versionBefore = versionBefore
        self.versionAfter = versionAfter
        self.slotBefore = slotBefore
        self.slotAfter = slotAfter
        self.boots = boots
        self.recoveryTime = recoveryTime
        self.commandLatency = commandLatency
        self.silenceLatency = silenceLatency
        self.triggerLine = triggerLine
        self.inferences = inferences
        self.lastLines = lastLines
    }
}
