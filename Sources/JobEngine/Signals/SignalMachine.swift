import LabModel

/// Turns the signals of one test block into results. Knows no console and no clock.
struct SignalMachine {
    /// What the caller does with a signal.
    enum Action: Equatable {
        case record(ResultRecord)
        /// Goes into the log.
        case warn(String)
        /// Ends the block.
        case fail(Failure)
        case publish(String)
    }

    private struct Run {
        var test: StagedTest
        var began: MonotonicTime
        var testSet: String?
        var seen: Set<String> = []
    }

    private let tests: [String: StagedTest]
    private var current: Run?
    private var finished: Set<String> = []
    private var groupRows = GroupRows()

    init(tests: [StagedTest]) {
        self.tests = Dictionary(tests.map { ($0.suite, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether any definition has begun.
    var hasBegun: Bool { current != nil || !finished.isEmpty }

    /// The parse rule of the definition that runs now.
    var parseRule: TestDefinition.ParseRule? { current?.test.definition.parse }

    /// - Parameter integrity: told in the results of a signal that did not come through as it was sent.
    mutating func handle(
        _ signal: Signal, _ integrity: ReceivedSignal.Integrity = .intact, at: MonotonicTime, wall: WallTime
    ) -> [Action] {
        let actions = handle(signal, at: at, wall: wall)
        guard integrity != .intact else { return actions }
        return actions.map { action in
            guard case .record(var record) = action, record.suite != "lava" else { return action }
            record.metadata["signal"] = .string(integrity.rawValue)
            return .record(record)
        }
    }

    private mutating func handle(_ signal: Signal, at: MonotonicTime, wall: WallTime) -> [Action] {
        switch signal {
        case .startRun(let suite, _): return start(suite, at: at)
        case .endRun(let suite, let uuid): return end(suite, uuid: uuid, at: at, wall: wall)
        case .startCase, .endCase: return []
        case .testCase(let pairs): return testCase(pairs, wall: wall)
        case .testSetStart(let name):
            guard !name.isEmpty else { return [.fail(Failure(.job, "signal TESTSET START names no test set"))] }
            current?.testSet = name
            return []
        case .testSetStop:
            current?.testSet = nil
            return []
        case .raise(let message): return [.fail(Failure(.test, message))]
        case .reference(let name, let result, let url):
            return testCase(["test_case_id": name, "result": result, "reference": url], wall: wall)
        case .feedback(let name): return [.warn("there is no console named '\(name)' to read")]
        case .event(let text): return [.publish(text)]
        case .group(let signal):
            return groupRows.signal(signal, suite: current?.test.suite, testSet: current?.testSet, wall: wall)
        case .malformed(let name, let reason): return [.warn("signal \(name) is not understood: \(reason)")]
        }
    }

    /// A request to the group has come to something.
    mutating func groupOutcome(_ token: String, _ request: GroupRequest, failure: Failure?, wall: WallTime) -> [Action]
    {
        groupRows.outcome(token, request, failure: failure, suite: current?.test.suite, wall: wall)
    }

    /// A case found by the definition's parse pattern.
    mutating func parsed(_ groups: [String: String], wall: WallTime) -> [Action] {
        guard let rule = parseRule, let name = groups["test_case_id"], !name.isEmpty else { return [] }
        var pairs = ["test_case_id": name.replacingWhitespace()]
        if let word = groups["result"] {
            pairs["result"] = rule.fixups[word] ?? rule.fixups[word.uppercased()] ?? word
        }
        pairs["measurement"] = groups["measurement"]
        pairs["units"] = groups["units"]
        return testCase(pairs, wall: wall)
    }

    /// The block is over: definitions that began and never ended, and those that never began, are failures.
    mutating func close(wall: WallTime) -> [Action] {
        var actions = groupRows.close(suite: current?.test.suite, wall: wall)
        if let run = current {
            finished.insert(run.test.suite)
            actions.append(.record(row(run.test, .fail, ["error_msg": "the definition did not run to its end"], wall)))
            current = nil
        }
        for test in tests.values.sorted(by: { $0.index < $1.index }) where finished.insert(test.suite).inserted {
            actions.append(.record(row(test, .fail, ["error_msg": "the definition did not run"], wall)))
        }
        return actions
    }

    private mutating func start(_ suite: String, at: MonotonicTime) -> [Action] {
        guard let test = tests[suite] else {
            return [.warn("signal STARTRUN names '\(suite)', which this block does not have")]
        }
        current = Run(test: test, began: at)
        return []
    }

    private mutating func end(_ suite: String, uuid: String, at: MonotonicTime, wall: WallTime) -> [Action] {
        guard let run = current, run.test.suite == suite else {
            return [.warn("signal ENDRUN names '\(suite)', which is not running")]
        }
        var metadata: [String: DataValue] = [
            "uuid": .string(uuid), "duration": .double(at.duration(since: run.began).inSeconds),
            "path": .string(run.test.request.path), "revision": "unspecified",
        ]
        if case .git(let git) = run.test.request.source {
            metadata["repository"] = .string(maskedURL(git.repository))
            metadata["revision"] = .string(git.revision ?? "unspecified")
        }
        metadata["commit_id"] = run.test.commit.map { .string($0) }
        var actions = expectations(of: run, wall: wall)
        actions.append(.record(row(run.test, .pass, metadata, wall)))
        finished.insert(suite)
        current = nil
        return actions
    }

    /// Cases that the job or the definition expects and that did not come, or came unexpected.
    private func expectations(of run: Run, wall: WallTime) -> [Action] {
        guard let expected = run.test.request.expected ?? run.test.definition.expected else { return [] }
        let missing = expected.filter { !run.seen.contains($0) }.map { name in
            Action.record(
                ResultRecord(
                    suite: run.test.suite, name: name, result: .fail, metadata: ["error_msg": "expected, but not seen"],
                    logged: wall))
        }
        return missing
    }

    private mutating func testCase(_ pairs: [String: String], wall: WallTime) -> [Action] {
        guard let run = current else {
            return [
                .fail(Failure(.test, "a result came before its definition began: signal TESTCASE without STARTRUN"))
            ]
        }
        guard let name = pairs["test_case_id"], !name.isEmpty else {
            return [.warn("signal TESTCASE has no TEST_CASE_ID")]
        }
        var metadata: [String: DataValue] = ["definition": .string(run.test.suite)]
        if let reference = pairs["reference"] { metadata["reference"] = .string(reference) }
        var measurement: Double?
        if let text = pairs["measurement"] {
            guard let value = Double(text), value.isFinite else {
                return [.fail(Failure(.test, "the measurement '\(text)' of '\(name)' is not a number"))]
            }
            measurement = value
        }
        var result = pairs["result"].flatMap { TestResult(name: $0) }
        if result == nil, pairs["result"] == nil, measurement != nil { result = .pass }
        guard var result else {
            return [.warn("the result '\(pairs["result"] ?? "")' of '\(name)' is none of pass, fail, skip, unknown")]
        }
        if let expected = run.test.request.expected ?? run.test.definition.expected, !expected.contains(name) {
            metadata["error_msg"] = "not among the expected cases"
            result = .fail
        }
        current?.seen.insert(name)
        return [
            .record(
                ResultRecord(
                    suite: run.test.suite, testSet: run.testSet, name: name, result: result, measurement: measurement,
                    units: pairs["units"], metadata: metadata, logged: wall))
        ]
    }

    private func row(
        _ test: StagedTest, _ result: TestResult, _ metadata: [String: DataValue], _ wall: WallTime
    ) -> ResultRecord {
        let duration = metadata["duration"]?.double
        return ResultRecord(
            suite: "lava", name: test.suite, result: result, measurement: duration,
            units: duration == nil ? nil : "seconds", metadata: metadata, logged: wall)
    }
}

extension String {
    /// The text with each run of white space as one `-`: names of test cases have none.
    fileprivate func replacingWhitespace() -> String {
        split(whereSeparator: \.isWhitespace).joined(separator: "-")
    }
}
