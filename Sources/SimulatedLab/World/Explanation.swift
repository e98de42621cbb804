extension World.Report {
    /// What a person needs to look into it.
    ///
    /// - Parameter command: replays it.
    public func explanation(_ command: String) -> String {
        guard let violation else { return "seed \(seed): all invariants hold" }
        return """
            seed \(seed): \(violation)
              \(violation.invariant.text)
              the last steps (step, seconds, what):
            \(trace.map { "    \($0)" }.joined(separator: "\n"))
              waiting: \(waiting.joined(separator: ", "))
              replay: \(command)
            """
    }
}
