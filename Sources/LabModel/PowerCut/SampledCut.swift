/// A cut of a sampling campaign before it is made.
public struct PlannedCut: Hashable, Sendable, Codable {
    /// What it is made for.
    public enum Purpose: Hashable, Sendable, Codable {
        /// One of the cuts that the bounds are stated for: uniform over a stratum, which is counted from 0.
        case sample(stratum: Int)
        /// Looks for the borders of a window in which the update fails, counted from 0.
        case search(window: Int)

        public var isSample: Bool {
            if case .sample = self { true } else { false }
        }
    }

    /// From 1, repeated trials included.
    public var number: Int
    public var purpose: Purpose
    /// The phase that is aimed at.
    public var phase: String
    /// When the board is to be without power, counted from the newline of the command in the learned timeline.
    public var moment: Duration

    public init(number: Int, purpose: Purpose, phase: String, moment: Duration) {
        self.number = number
        self.purpose = purpose
        self.phase = phase
        self.moment = moment
    }
}

/// A cut of a sampling campaign and what came of it.
public struct SampledCut: Hashable, Sendable, Codable {
    /// Whether the cut counts.
    public enum Status: Hashable, Sendable, Codable {
        /// Power went while the update ran.
        case hit
        /// It did not; the board is as well as before.
        case missed(Miss)
        /// Nothing can be said of it. Never a pass.
        case invalid(Fault)
    }

    public enum Miss: String, Hashable, Sendable, Codable, CaseIterable {
        /// The update was over before its moment came.
        case updateEnded = "update-ended"
        /// No phase of the update had begun when it ended.
        case notUpdating = "not-updating"
    }

    public enum Fault: String, Hashable, Sendable, Codable, CaseIterable {
        /// The switch reads on after the cut.
        case notSwitched = "not-switched"
        /// The switch cannot say what it did.
        case powerUnknown = "power-unknown"
        /// The board went on printing while it should have been without power.
        case consoleAlive = "console-alive"
        /// The board did not greet as it does after power came back: it may never have been without.
        case noBanner = "no-banner"
        /// The board could not be brought to where the update starts.
        case notReady = "not-ready"
        /// Something of the lab failed.
        case lab
    }

    public var cut: PlannedCut
    public var status: Status
    /// Where the board really lost its power, by its own marks; nil unless it is a hit.
    public var phase: String?
    /// Since that phase began.
    public var offset: Duration?
    /// The updater had reported success.
    public var isAfterSuccess: Bool
    /// Nil unless it is a hit.
    public var verdict: Verdict?
    public var isAllowed: Bool
    public var facts: TrialFacts?
    /// From the moment that was planned for the command to the command.
    public var commandLatency: Duration?
    /// From the command to the last byte.
    public var silenceLatency: Duration?
    /// The whole trial, in seconds.
    public var seconds: Double
    public var note: String?

    public init(
        cut: PlannedCut, status: Status, phase: String? = nil, offset: Duration? = nil, isAfterSuccess: Bool = false,
        verdict: Verdict? = nil, isAllowed: Bool = false, facts: TrialFacts? = nil, commandLatency: Duration? = nil,
        silenceLatency: Duration? = nil, seconds: Double = 0, note: String? = nil
    ) {
        self.cut = cut
        self.status = status
        self.phase = phase
        self.offset = offset
        self.isAfterSuccess = isAfterSuccess
        self.verdict = verdict
        self.isAllowed = isAllowed
        self.facts = facts
        self.commandLatency = commandLatency
        self.silenceLatency = silenceLatency
        self.seconds = seconds
        self.note = note
    }

    public var isHit: Bool { status == .hit }

    /// A verdict that the job does not allow. What cannot be decided is no failure, and no pass either.
    public var isFailure: Bool { isHit && !isAllowed && verdict != .undecided }
}
