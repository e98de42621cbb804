/// A window of time in which an exploration saw an update fail, as a place for cuts of a real board.
public struct PowerCutTarget: Hashable, Sendable, Codable {
    /// The smallest failing state, such as `w54`.
    public var state: String
    public var verdict: Verdict
    /// The phase in which the window opens; nil before the first mark.
    public var phase: String?
    /// How long that phase took on the twin.
    public var phaseLength: Duration
    /// Since the phase began on the twin.
    public var from: Duration
    public var to: Duration

    public init(
        state: String, verdict: Verdict, phase: String?, phaseLength: Duration, from: Duration, to: Duration
    ) {
        self.state = state
        self.verdict = verdict
        self.phase = phase
        self.phaseLength = phaseLength
        self.from = from
        self.to = to
    }
}
