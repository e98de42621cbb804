import LabModel

/// How much time a search has spent with PCRE2 for nothing.
///
/// A single look is bounded by `CompiledExpression`; this bounds a pattern that is almost matched all the time.
struct MatchEffort {
    private let begun: MonotonicTime
    private var fruitless = Duration.zero

    init(since begun: MonotonicTime) {
        self.begun = begun
    }

    /// Adds a look that found nothing.
    ///
    /// - Throws: `Failure` of type `job` when it has become more than two seconds and a tenth of the time.
    mutating func add(_ time: Duration, now: MonotonicTime, pattern: ConsolePattern) throws(Failure) {
        fruitless += time
        if fruitless > PatternLimits.fruitlessTime + now.duration(since: begun) / 10 { throw tooCostly(pattern) }
    }
}

func tooCostly(_ pattern: ConsolePattern) -> Failure {
    Failure(
        .job, "the pattern \(quoted(pattern.expression)) costs too much to match",
        advice: "avoid nested repetitions and look-around")
}
