public import LabModel

/// What one power cut did. Times in seconds.
public struct PowerCutInfo: Codable, Sendable, Equatable {
    /// The test case's name.
    public var name: String
    /// `old`, `new`, `fell-back`, `recovered-late`, `corrupt`, `brick` or `undecided`.
    public var outcome: String
    /// `silent`, `bootloader-prompt`, `loop`, `panic` or `hang`.
    public var brickKind: String?
    /// Whether the job allows this outcome.
    public var allowed: Bool
    /// Whether the marker of life was seen.
    public var alive: Bool
    /// The answer of the job's `whole` command; nil when there is none.
    public var whole: Bool?
    public var versionBefore: String?
    public var versionAfter: String?
    public var slotBefore: String?
    public var slotAfter: String?
    /// Boots seen after the cut.
    public var boots: Int
    /// From power-on to the marker of life.
    public var recoveryTime: Double?
    /// From the met trigger to the command at the power switch.
    public var commandLatency: Double?
    /// From the command to the console's last byte.
    public var silenceLatency: Double?
    public var triggerLine: String?
    /// What was concluded rather than seen.
    public var inferences: [String]
    /// The console's last lines before the verdict.
    public var lastLines: [String]

    public init(
        name: String, outcome: String, brickKind: String? = nil, allowed: Bool, alive: Bool, whole: Bool? = nil,
        versionBefore: String? = nil, versionAfter: String? = nil, slotBefore: String? = nil,
        slotAfter: String? = nil, boots: Int, recoveryTime: Double? = nil, commandLatency: Double? = nil,
        silenceLatency: Double? = nil, triggerLine: String? = nil, inferences: [String] = [], lastLines: [String] = []
    ) {
        self.name = name
        self.outcome = outcome
        self.brickKind = brickKind
        self.allowed = allowed
        self.alive = alive
        self.whole = whole
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

    public init(_ record: PowerCutRecord) {
        self.init(
            name: record.name, outcome: record.outcome.rawValue, brickKind: record.brickKind?.rawValue,
            allowed: record.isAllowed, alive: record.isAlive, whole: record.isWhole,
            versionBefore: record.versionBefore, versionAfter: record.versionAfter, slotBefore: record.slotBefore,
            slotAfter: record.slotAfter, boots: record.boots, recoveryTime: record.recoveryTime?.inSeconds,
            commandLatency: record.commandLatency?.inSeconds, silenceLatency: record.silenceLatency?.inSeconds,
            triggerLine: record.triggerLine, inferences: record.inferences, lastLines: record.lastLines)
    }
}
