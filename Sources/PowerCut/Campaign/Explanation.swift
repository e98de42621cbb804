public import LabModel

/// What is known of a failure: the material for naming its cause.
public struct Explanation: Hashable, Sendable {
    /// How the neighbouring state that passes differs.
    public enum Flip: String, Hashable, Sendable, Codable {
        /// It lacks the writes.
        case presence
        /// It has the writes in addition.
        case absence
        /// It has the write whole, or not at all.
        case tearing
        /// It was cut one write of the recovery boot earlier.
        case recovery
        /// No passing neighbour was found.
        case unknown
    }

    /// The smallest failing state of its kind that was found.
    public var state: StateID
    public var verdict: Verdict
    public var phase: String?
    public var facts: TrialFacts
    /// The failing state that is left after everything that did not matter was taken away.
    public var minimal: StateID
    /// The neighbour that passes.
    public var passing: StateID?
    public var flip: Flip
    /// The writes that make the difference; of the last recovery boot if `flip` says so.
    public var writes: [Int]
    /// Cuts in a row that fail as plain prefixes, around the state.
    public var failingCuts: ClosedRange<Int>?
    public var width: WindowWidth?
    /// What `writes` wrote to, partition, structure and file.
    public var named: [NamedWrite] = []
    /// The write that ends the failure: the first after `failingCuts`, or the lost one that would have saved the board.
    public var ending: NamedWrite?

    /// The cause in one sentence, as far as it is known.
    public var cause: String? {
        guard let first = named.first else { return nil }
        let more = named.count > 1 ? " (and \(named.count - 1) more writes)" : ""
        let verb =
            switch flip {
            case .presence, .recovery: "is on the disk"
            case .absence: "is missing"
            case .tearing: "is torn"
            case .unknown: "was the last"
            }
        let boot = first.isOfRecovery ? " of the recovery boot" : ""
        return "write \(first.number)\(boot)\(more) \(verb): \(first.what)"
    }
}

/// How long the window of a failure is open, and how hard it is to hit.
public struct WindowWidth: Hashable, Sendable {
    /// If the device writes in order: from the first failing write to the first that passes again. Nil if the failure
    /// needs lost writes, or never passes again.
    public var inOrder: Duration?
    /// If it keeps writes in a cache: from the first failing write to the next flush.
    public var cached: Duration?
    /// Of the recorded update.
    public var update: Duration

    /// Relay cuts at uniformly random moments for a chance of 95 % to hit a window once: 3·T/w.
    public func relayCuts(window: Duration) -> Double? {
        window > .zero ? max(1, (3 * update.inSeconds / window.inSeconds).rounded(.up)) : nil
    }
}

extension CrashSpace {
    /// The window of a failure in the cuts `failing`, which a device that writes in order leaves if `isInOrder`.
    func width(of failing: ClosedRange<Int>, isInOrder: Bool) -> WindowWidth? {
        let writes = trace.writes
        guard let first = failing.lowerBound > 0 ? writes[failing.lowerBound - 1].time : trace.events.first?.time else {
            return nil
        }
        let next = failing.upperBound < writes.count ? writes[failing.upperBound].time : nil
        return WindowWidth(
            inOrder: isInOrder ? next?.duration(since: first) : nil,
            cached: epochs.nextFlush(afterCut: failing.upperBound)?.duration(since: first), update: trace.duration)
    }
}
