import LabModel

/// Staying in step with a board that answers late.
///
/// A line that is typed at a board which does not listen yet is answered later, by a prompt of its own. Whoever takes the
/// first prompt that comes for the newest reads from then on every answer as that to the line after it.
extension RunContext {
    /// How long a board says nothing before what it was asked for counts as lost, at most and at least.
    private static let longestSilence = Duration.seconds(5)
    private static let shortestSilence = Duration.milliseconds(500)
    /// How many words in a row a board leaves out before it counts as one that cannot print them.
    private static let wordsUntilDoubt = 2
    /// How long a prompt that stands there already may take to be found.
    private static let glance = Duration.milliseconds(100)

    /// Types a comment, which makes a shell say its prompt again. The prompt that comes first may be an older one: see
    /// `catchUp`.
    func nudge(pacing: Duration) async throws {
        isAhead = true
        try await sendLine("#", pacing: pacing)
    }

    /// Waits until the board has answered all that was typed: it is asked for a word that nothing else prints, and the
    /// prompt behind that word is the newest.
    ///
    /// What cannot print the word, such as a boot loader without `echo`, has answered when it is silent behind a prompt.
    ///
    /// - Parameter prompts: nil for those in force.
    /// - Throws: `ConsoleTimeout` at the deadline.
    func catchUp(prompts: [ConsolePattern]? = nil, pacing: Duration, until deadline: MonotonicTime) async throws {
        let prompts = prompts ?? promptPatterns
        // What cannot answer is found out in half of the time.
        let left = deadline.duration(since: clock.monotonic())
        let silence = min(Self.longestSilence, max(Self.shortestSilence, left / (4 * Self.wordsUntilDoubt)))
        isAhead = true
        var unanswered = 0
        while isAhead {
            wordsAsked += 1
            let word = "LABD-HERE-\(wordsAsked)"
            // The echo of this line is not what is waited for.
            try await sendLine("echo \"\(word)=$?.\"", pacing: pacing)
            let answer = ConsolePattern("\(word)=[0-9]{1,3}\\.")
            let isHeard = try await comes([answer], before: silence, until: deadline)
            if isHeard, try await comes(prompts, before: silence, until: deadline) {
                isAhead = false
            } else {
                unanswered += 1
                if unanswered >= Self.wordsUntilDoubt { isAhead = try await !stands(prompts, until: deadline) }
            }
        }
    }

    /// Types a command of labd's own and waits for the prompt behind it. What stood on the console before is no answer.
    func command(_ text: String, pacing: Duration, until deadline: MonotonicTime) async throws {
        cursor = max(cursor, await board.console.end())
        try await sendLine(text, pacing: pacing)
        try await expectPrompt(until: deadline)
    }

    /// Waits for one of `patterns` for as long as the board says anything.
    ///
    /// - Returns: false when it has fallen silent for `silence`.
    private func comes(
        _ patterns: [ConsolePattern], before silence: Duration, until deadline: MonotonicTime
    ) async throws -> Bool {
        while true {
            let before = await board.console.end()
            let limit = min(deadline, clock.monotonic().advanced(by: silence))
            do {
                try await expect(patterns, until: limit)
                return true
            } catch let timeout as ConsoleTimeout {
                guard limit < deadline else { throw timeout }
            }
            if await board.console.end() == before { return false }
        }
    }

    /// Whether one of `prompts` stands on the console; the cursor moves behind the last of them.
    private func stands(_ prompts: [ConsolePattern], until deadline: MonotonicTime) async throws -> Bool {
        var found = false
        while clock.monotonic() < deadline {
            do {
                try await expect(prompts, until: min(deadline, clock.monotonic().advanced(by: Self.glance)))
            } catch is ConsoleTimeout {
                return found
            }
            found = true
        }
        return found
    }
}
