/// Which verdicts pass, and where.
public struct VerdictPolicy: Hashable, Sendable, Codable {
    /// Pass in states that only a cut before the updater's report of success leaves.
    public var beforeSuccess: Set<Verdict>
    /// Pass in states that a cut after it may leave.
    public var afterSuccess: Set<Verdict>
    /// Pass in these phases besides, whatever the above says.
    public var inPhase: [String: Set<Verdict>]

    /// By default old and new pass everywhere, and falling back until success was reported.
    public init(
        beforeSuccess: Set<Verdict> = [.old, .new, .fellBack], afterSuccess: Set<Verdict> = [.new],
        inPhase: [String: Set<Verdict>] = [:]
    ) {
        self.beforeSuccess = beforeSuccess
        self.afterSuccess = afterSuccess
        self.inPhase = inPhase
    }

    /// Whether `verdict` passes. Undecided never does.
    public func allows(_ verdict: Verdict, phase: String?, afterSuccess: Bool) -> Bool {
        guard verdict != .undecided else { return false }
        if (afterSuccess ? self.afterSuccess : beforeSuccess).contains(verdict) { return true }
        return phase.flatMap { inPhase[$0] }?.contains(verdict) ?? false
    }
}
