import LabModel

/// `interactive`: a dialogue at any prompt, each named step of which is a test case.
struct InteractiveStep: StepRunner {
    let scripts: [InteractiveScript]
    /// Counts the test blocks of the job.
    let stage: Int

    var name: String { "lava-test-interactive" }
    var timeoutType: ErrorType { .lavaTimeout }
    var holdsWaitsToConnectionTimeout: Bool { false }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        for script in scripts {
            var seen: Set<String> = []
            do {
                try await play(script, seen: &seen, in: run, until: deadline)
            } catch {
                try await recordMissing(script, seen: seen, in: run)
                throw error
            }
            try await recordMissing(script, seen: seen, in: run)
        }
        // A dialogue that resets the board does so because the job asked for it.
        try await run.recordFindings(always: false, expectedReset: true)
        try await run.storeResults()
    }

    private func suite(_ script: InteractiveScript) -> String { "\(stage)_\(script.name)" }

    private func play(
        _ script: InteractiveScript, seen: inout Set<String>, in run: RunContext, until deadline: MonotonicTime
    ) async throws {
        var values = ["JOB_ID": run.job.description]
        values["SERVER_IP"] = run.profile.network?.tftpAddress
        if run.isAhead, script.steps.first?.command != nil {
            let prompts = script.prompts.map { ConsolePattern($0) }
            try await run.catchUp(prompts: prompts, pacing: run.profile.characterDelays.test, until: deadline)
        }
        for step in script.steps {
            try await run.pause(step.delay, until: deadline)
            if let call = step.groupCall {
                if let name = step.name { seen.insert(name) }
                try await make(call, named: step.name, &values, script: script, in: run, until: deadline)
                continue
            }
            let line = step.command.map { Self.filled($0, values) }
            var typed: ConsoleOffset?
            if let line {
                typed = await run.board.console.end()
                try await run.sendLine(line, pacing: run.profile.characterDelays.test)
            }
            let began = run.clock.monotonic()
            let outcome: Outcome
            do {
                if script.discardsEcho, let line, !line.isEmpty {
                    _ = try await answer([.literal(line)], behind: typed, in: run, until: deadline)
                }
                outcome = try await self.outcome(of: step, typed: typed, script: script, in: run, until: deadline)
            } catch let timeout as ConsoleTimeout {
                // The answer may come yet, and is none to what is typed next.
                if line != nil { run.isAhead = true }
                if let name = step.name {
                    seen.insert(name)
                    let silent = Outcome(result: .fail, line: timeout.lastLine ?? "", groups: [:])
                    try await record(name, silent, script: script, began: began, in: run)
                }
                throw timeout
            }
            values.merge(outcome.groups.filter { Int($0.key) == nil }) { $1 }
            if let name = step.name {
                seen.insert(name)
                try await record(name, outcome, script: script, began: began, in: run)
            }
            try judge(outcome, step: step)
        }
    }

    /// A step that talks to the group; what it brings can be used in later steps.
    private func make(
        _ call: GroupCall, named name: String?, _ values: inout [String: String], script: InteractiveScript,
        in run: RunContext, until deadline: MonotonicTime
    ) async throws {
        var call = call
        call.values = call.values.mapValues { Self.filled($0, values) }
        let began = run.clock.monotonic()
        do {
            let messages = try await run.make(call, until: deadline)
            for pair in messages.flatMap(\.pairs) { values[pair.key] = pair.value }
        } catch let failure as Failure {
            if let name {
                let silent = Outcome(result: .fail, line: "", groups: [:], reason: failure.message)
                try await record(name, silent, script: script, began: began, in: run)
            }
            throw failure
        }
        guard let name else { return }
        try await record(name, Outcome(result: .pass, line: "", groups: [:]), script: script, began: began, in: run)
    }

    private func recordMissing(_ script: InteractiveScript, seen: Set<String>, in run: RunContext) async throws {
        for name in script.expected ?? [] where !seen.contains(name) {
            try await run.record(
                ResultRecord(
                    suite: suite(script), name: name, result: .fail, metadata: ["error_msg": "expected, but not seen"],
                    logged: run.clock.wall()))
        }
    }

    private struct Outcome {
        var result: TestResult
        var line: String
        var groups: [String: String]
        var failing: InteractiveScript.Failing?
        /// Why it failed, when that is not what the board said.
        var reason: String?
    }

    /// Waits for a success, a failure or the prompt, whichever comes first. With `successes` named, a prompt that
    /// comes without one is a failure.
    ///
    /// - Parameter typed: where the console was when the step's command was typed; nil without one.
    private func outcome(
        of step: InteractiveScript.Step, typed: ConsoleOffset?, script: InteractiveScript, in run: RunContext,
        until deadline: MonotonicTime
    ) async throws -> Outcome {
        let successes = step.successes.map { ConsolePattern($0) }
        let failures = step.failures.map { ConsolePattern($0.message) }
        let prompts = step.waitsForPrompt ? script.prompts.map { ConsolePattern($0) } : []
        guard !(successes + failures + prompts).isEmpty else { return Outcome(result: .pass, line: "", groups: [:]) }
        let match = try await answer(
            successes + failures + prompts, prompts: prompts.count, behind: typed, in: run, until: deadline)
        var outcome = Outcome(result: .pass, line: match.line, groups: match.groups)
        switch match.pattern {
        case ..<successes.count: break
        case ..<(successes.count + failures.count):
            outcome.result = .fail
            outcome.failing = step.failures[match.pattern - successes.count]
        default:
            outcome.result = successes.isEmpty ? .pass : .fail
            return outcome
        }
        if !prompts.isEmpty {
            _ = try await answer(prompts, prompts: prompts.count, behind: typed, in: run, until: deadline)
        }
        return outcome
    }

    /// Waits for one of `patterns`. The last `prompts` of them count only behind `typed`: a prompt that stood there before
    /// the command was typed is no answer to it.
    private func answer(
        _ patterns: [ConsolePattern], prompts: Int = 1, behind typed: ConsoleOffset?, in run: RunContext,
        until deadline: MonotonicTime
    ) async throws -> ConsoleMatch {
        while true {
            let match = try await run.expect(patterns, until: deadline)
            if match.pattern < patterns.count - prompts || match.end > typed ?? .start { return match }
        }
    }

    private func record(
        _ name: String, _ outcome: Outcome, script: InteractiveScript, began: MonotonicTime, in run: RunContext
    ) async throws {
        let duration = run.clock.monotonic().duration(since: began)
        var metadata: [String: DataValue] = ["duration": .double(duration.inSeconds)]
        var result = outcome.result
        if result == .fail { metadata["error_msg"] = .string(outcome.reason ?? "the board said '\(outcome.line)'") }
        if let expected = script.expected, !expected.contains(name) {
            result = .fail
            metadata["error_msg"] = "not among the expected cases"
        }
        try await run.record(
            ResultRecord(
                suite: suite(script), name: name, result: result, measurement: duration.inSeconds, units: "seconds",
                metadata: metadata, logged: run.clock.wall()))
    }

    /// A failing step without a name, or with an `exception`, ends the block.
    private func judge(_ outcome: Outcome, step: InteractiveScript.Step) throws {
        guard outcome.result == .fail else { return }
        if let type = outcome.failing?.errorType {
            throw Failure(type, outcome.failing?.error ?? "the board said '\(outcome.line)'")
        }
        if step.name == nil {
            throw Failure(.test, outcome.failing?.error ?? "'\(step.command ?? "")' failed: '\(outcome.line)'")
        }
    }

    /// The text with `{name}` replaced by what earlier steps captured. Unknown names stay.
    static func filled(_ text: String, _ values: [String: String]) -> String {
        values.reduce(text) { text, pair in
            text.split(separator: "{\(pair.key)}", omittingEmptySubsequences: false).joined(separator: pair.value)
        }
    }
}
