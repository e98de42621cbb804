/// The families of crash states.
public enum ModelName: String, Hashable, Sendable, Codable, CaseIterable {
    /// All of the first n writes.
    case prefix
    /// A prefix, and a part of the next write.
    case torn
    /// Every subset of what no flush had made durable.
    case subsets
    /// Cut again in the recovery boots.
    case nested
    /// Cut always after the first write of a boot.
    case adversary
}

/// What is known of a state once it, or its representative, was booted.
public struct Lesson: Sendable {
    public var log: ReadLog
    public var isFailing: Bool
    public var recording: BootRecording

    public init(log: ReadLog, isFailing: Bool, recording: BootRecording = BootRecording()) {
        self.log = log
        self.isFailing = isFailing
        self.recording = recording
    }
}

/// A family of states, handed out one by one. Everything handed out is answered with `learned` or `gaveUp`, in any order.
public protocol CrashModel: Sendable {
    var name: ModelName { get }

    /// The next state to decide. Nil when there is none now; more may come with the next answer.
    mutating func next() -> StateID?

    /// A state was decided.
    mutating func learned(_ id: StateID, _ lesson: Lesson)

    /// Nothing can be said of a state, so nothing below it either.
    mutating func gaveUp(_ id: StateID)

    /// How much was decided so far.
    var coverage: ModelCoverage { get }
}

/// How much of a model was decided.
public struct ModelCoverage: Hashable, Sendable, Codable {
    /// States in the model, 2^|U| for each epoch of the subsets; nil when it cannot be known beforehand.
    public var states: Double?
    /// States handed out so far.
    public var handedOut: Int
    /// Share of the model that was decided, 0...1. For subsets the mean over their epochs.
    public var fraction: Double
    /// Every state was decided; exact, not rounded.
    public var isComplete: Bool
    /// Repeated cuts that were not made, because recovery boots wrote more than is kept of them.
    public var leftOut: Int
    /// The epochs of the subsets, in the order of the trace.
    public var epochs: [EpochCoverage]

    public init(
        states: Double?, handedOut: Int, fraction: Double, isComplete: Bool, leftOut: Int = 0,
        epochs: [EpochCoverage] = []
    ) {
        self.states = states
        self.handedOut = handedOut
        self.fraction = fraction
        self.isComplete = isComplete
        self.leftOut = leftOut
        self.epochs = epochs
    }
}

/// How much of the subsets of one flush epoch was decided.
public struct EpochCoverage: Hashable, Sendable, Codable {
    public var durablePrefix: Int
    public var cut: Int
    /// |U|: there are 2^this subsets.
    public var volatileCount: Int
    /// States handed out.
    public var handedOut: Int
    /// Share of the subsets that was decided, by leaves of the decision tree.
    public var fraction: Double
    /// Share that fails.
    public var failingFraction: Double
    /// Share below a failing state that was not looked at, because one failure was enough.
    public var skippedFraction: Double
    /// The leaves cover every subset; exact.
    public var isComplete: Bool
}
