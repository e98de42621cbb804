/// Says before a job runs whether its patterns can be searched for.
public protocol PatternChecking: Sendable {
    /// Compiles `patterns` as one search would, and throws them away.
    ///
    /// - Throws: `Failure` of type `job` when one is not valid or too large, naming it.
    func check(_ patterns: [ConsolePattern]) throws(Failure)
}
