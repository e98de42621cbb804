/// When an armed action fires.
public struct ConsoleTrigger: Hashable, Sendable {
    /// Nil fires by time alone.
    public var pattern: ConsolePattern?
    /// After the match, or after arming when there is no pattern.
    public var delay: Duration

    public init(pattern: ConsolePattern?, delay: Duration = .zero) {
        self.pattern = pattern
        self.delay = delay
    }
}

/// What an armed action is told.
public struct TriggerFiring: Hashable, Sendable {
    /// Nil for a trigger by time alone.
    public var match: ConsoleMatch?
    /// When the condition was met: the match, or the end of the delay.
    public var due: MonotonicTime

    public init(match: ConsoleMatch?, due: MonotonicTime) {
        self.match = match
        self.due = due
    }
}
