public import LabModel

/// What one boot of a crash state came to.
public struct CrashBootInfo: Codable, Sendable, Equatable {
    /// The state's name.
    public var state: String
    /// `old`, `new`, `fell-back`, `corrupt`, `loop`, `bootloader`, `hang`, `lost-update`, `heal-failed` or `undecided`.
    public var verdict: String
    /// Whether the job lets this verdict pass.
    public var allowed: Bool
    /// The updater's phase when the power went.
    public var phase: String?
    /// Whether a cut after the updater reported success can leave this state.
    public var afterSuccess: Bool
    /// How the watch ended: `alive`, `bootloaderPrompt`, `silence`, `rebootLoop` or `infrastructure`.
    public var end: String
    public var version: String?
    public var slot: String?
    /// The answer of the job's `whole` command; nil when it was not asked.
    public var whole: Bool?
    /// The version that the job's `confirmed` command named; nil when it was not asked or did not say.
    public var confirmed: String?
    /// Whether the update could be made again (the job's `heal`); nil when that was not tried.
    public var healed: Bool?
    /// Boots until the end.
    public var boots: Int
    /// From power-on to the end.
    public var seconds: Double
    /// The console's last lines.
    public var lastLines: [String]

    public init(
        state: String, verdict: String, allowed: Bool, phase: String? = nil, afterSuccess: Bool, end: String,
        version: String? = nil, slot: String? = nil, whole: Bool? = nil, confirmed: String? = nil,
        healed: Bool? = nil, boots: Int, seconds: Double, lastLines: [String] = []
    ) {
        self.state = state
        self.verdict = verdict
        self.allowed = allowed
        self.phase = phase
        self.afterSuccess = afterSuccess
        self.end = end
        self.version = version
        self.slot = slot
        self.whole = whole
        self.confirmed = confirmed
        self.healed = healed
        self.boots = boots
        self.seconds = seconds
        self.lastLines = lastLines
    }

    public init(_ boot: CrashBoot) {
        self.init(
            state: boot.state, verdict: boot.verdict, allowed: boot.isAllowed, phase: boot.phase,
            afterSuccess: boot.isAfterSuccess, end: boot.facts.end.rawValue, version: boot.facts.version,
            slot: boot.facts.slot, whole: boot.facts.isWhole, confirmed: boot.facts.confirmedVersion,
            healed: boot.facts.isHealed, boots: boot.facts.boots, seconds: boot.facts.seconds,
            lastLines: boot.facts.consoleTail)
    }
}

/// A board that boots from a crash state for a person; it lives as long as the stream that tells of it.
public struct TwinInfo: Codable, Sendable, Equatable {
    /// Where typing goes.
    public var name: String
    /// The crash state's name.
    public var state: String
    /// What is otherwise than it was when the update was recorded.
    public var notes: [String]

    public init(name: String, state: String, notes: [String] = []) {
        self.name = name
        self.state = state
        self.notes = notes
    }
}
