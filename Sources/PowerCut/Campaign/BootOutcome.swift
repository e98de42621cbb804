public import LabModel

/// What came of one boot.
public struct BootOutcome: Hashable, Sendable {
    public var facts: TrialFacts
    public var log: ReadLog
    public var recording: BootRecording

    public init(facts: TrialFacts, log: ReadLog, recording: BootRecording = BootRecording()) {
        self.facts = facts
        self.log = log
        self.recording = recording
    }
}

/// Why a state is booted.
public enum BootReason: Hashable, Sendable {
    /// Nothing is known of it, and this model wants it.
    case explore(ModelName)
    /// It was pruned; this representative has to be right about it.
    case recheck(of: StateID)
    /// To find out what makes this failing state fail.
    case explain(StateID)
    /// This pruned state did not do what its representative did: one of the two is booted once more.
    case doubt(of: StateID)
}

/// A boot that the campaign asks for.
public struct BootRequest: Sendable {
    /// Unique within the campaign's run; the answer names it.
    public let number: Int
    /// The disk to boot from.
    public let state: CrashState
    public let reason: BootReason
}

/// What a campaign wants next.
public struct CampaignStep: Sendable {
    public enum Status: Hashable, Sendable {
        /// More is to be decided without a boot: call again.
        case working
        /// Nothing to do until a boot is answered.
        case waiting
        /// Everything is decided, or the campaign was stopped.
        case finished
    }

    /// Boots to start now.
    public var boots: [BootRequest]
    public var status: Status
}
