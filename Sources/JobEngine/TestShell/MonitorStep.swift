import LabModel

/// `monitors`: reads results from what the board prints between two marks, and types nothing.
struct MonitorStep: StepRunner {
    let monitors: [MonitorRequest]
    /// Counts the test blocks of the job.
    let stage: Int

    var name: String { "lava-test-monitor" }
    var timeoutType: ErrorType { .lavaTimeout }
    var holdsWaitsToConnectionTimeout: Bool { false }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        for monitor in monitors {
            try await follow(monitor, suite: "\(stage)_\(monitor.name)", in: run, until: deadline)
        }
        try await run.recordFindings(always: false, expectedReset: false)
        try await run.storeResults()
    }

    private func follow(
        _ monitor: MonitorRequest, suite: String, in run: RunContext, until deadline: MonotonicTime
    ) async throws {
        try await run.expect([ConsolePattern(monitor.start)], until: deadline)
        var seen: Set<String> = []
        while true {
            let match = try await run.expect(
                [ConsolePattern(monitor.end), ConsolePattern(monitor.pattern)], until: deadline)
            guard match.pattern == 1 else { break }
            guard let record = Self.record(match.groups, monitor: monitor, suite: suite, logged: run.clock.wall())
            else {
                run.log.warning("no result can be read from '\(match.line)'")
                continue
            }
            seen.insert(record.name)
            try await run.record(record)
        }
        for name in monitor.expected ?? [] where !seen.contains(name) {
            try await run.record(
                ResultRecord(
                    suite: suite, name: name, result: .fail, metadata: ["error_msg": "expected, but not seen"],
                    logged: run.clock.wall()))
        }
    }

    /// The result in a match; nil when it has no name, or neither a result nor a measurement.
    static func record(
        _ groups: [String: String], monitor: MonitorRequest, suite: String, logged: WallTime
    ) -> ResultRecord? {
        guard let id = groups["test_case_id"], !id.isEmpty else { return nil }
        let measurement = groups["measurement"].flatMap { Double($0) }
        let word = groups["result"]
        let result = word.flatMap { TestResult(name: monitor.fixups[$0] ?? $0) } ?? (measurement == nil ? nil : .pass)
        guard let result else { return nil }
        var metadata: [String: DataValue] = [:]
        var outcome = result
        let name = caseName(id)
        if let expected = monitor.expected, !expected.contains(name) {
            outcome = .fail
            metadata["error_msg"] = "not among the expected cases"
        }
        return ResultRecord(
            suite: suite, name: name, result: outcome, measurement: measurement, units: groups["units"],
            metadata: metadata, logged: logged)
    }

    /// Lower case, with `_` for what is not a letter, digit or `_`.
    static func caseName(_ id: String) -> String {
        String(id.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }
}
