import LabModel

/// Talking to a board over its console: searches go on where the last one ended.
extension RunContext {
    /// How far a run may be behind the board that it reads.
    private static let lateness = Duration.seconds(5)
    /// The least and the most that a wait is prolonged for a board that the host keeps from running.
    private static let shortestProlongation = Duration.milliseconds(50)
    private static let longestProlongation = Duration.seconds(1200)

    /// Waits for one of `patterns` after the cursor and moves the cursor behind it.
    ///
    /// Results that wait longer than 50 ms meanwhile are stored.
    ///
    /// - Parameter wanted: what a time-out names when some of `patterns` are only signs of trouble; nil names all.
    @discardableResult
    func expect(
        _ patterns: [ConsolePattern], wanted: [ConsolePattern]? = nil, until deadline: MonotonicTime
    ) async throws -> ConsoleMatch {
        // Output that came in time counts, however late it is looked at. But output without end would always bring
        // another match, and time would never be up.
        var withheld = await withheldFromBoard()
        let deadline = deadline.advanced(by: withheld)
        guard clock.monotonic() <= deadline.advanced(by: Self.lateness) else {
            throw ConsoleTimeout(
                patterns: wanted ?? patterns, lastLine: await board.console.lastLines(1).first?.text)
        }
        var limit = connectionTimeout.map { min(deadline, clock.monotonic().advanced(by: $0)) } ?? deadline
        while true {
            let pause = buffer.due.map { min($0, limit) } ?? limit
            do {
                let (console, start) = (board.console, cursor)
                let match = try await whilePowered {
                    try await console.expect(patterns, from: start, until: pause)
                }
                cursor = match.end
                return match
            } catch let timeout as ConsoleTimeout {
                guard pause < limit else {
                    let since = await withheldFromBoard()
                    if since - withheld >= Self.shortestProlongation {
                        limit = limit.advanced(by: since - withheld)
                        withheld = since
                        continue
                    }
                    hitConnectionTimeout = limit < deadline
                    throw ConsoleTimeout(patterns: wanted ?? patterns, lastLine: timeout.lastLine)
                }
                try await storeResults()
            }
        }
    }

    private func withheldFromBoard() async -> Duration {
        guard let twin = board as? any TwinBoard else { return .zero }
        return min(await twin.withheld(), Self.longestProlongation)
    }

    /// Types a line, at the pace of the present phase.
    func sendLine(_ text: String, pacing: Duration) async throws {
        log.input(text)
        try await board.console.send(text + "\n", pacing: pacing)
    }

    /// The prompts in force as patterns.
    var promptPatterns: [ConsolePattern] { prompts.map { ConsolePattern($0) } }

    /// Waits for a shell prompt.
    func expectPrompt(until deadline: MonotonicTime) async throws {
        try await expect(promptPatterns, until: deadline)
    }

    /// Runs a command line at the shell and returns its exit status.
    ///
    /// The status is printed behind a word that the echo of the typed line cannot contain.
    func status(of command: String, until deadline: MonotonicTime) async throws -> Int {
        try await sendLine("\(command); echo \"LABD-STATUS=$?.\"", pacing: profile.characterDelays.test)
        let match = try await expect([ConsolePattern(#"LABD-STATUS=([0-9]{1,3})\."#)], until: deadline)
        try await expectPrompt(until: deadline)
        return match.groups["1"].flatMap { Int($0) } ?? 255
    }
}
