public import LabModel

/// Checks patterns with the engine that later searches for them. It needs no console.
public struct PatternChecker: PatternChecking {
    public init() {}

    public func check(_ patterns: [ConsolePattern]) throws(Failure) {
        guard !patterns.isEmpty else { return }
        _ = try PatternDatabase(patterns)
    }
}
