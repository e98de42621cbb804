import LabModel

/// Runs one step: log marks, events, time, and the row in suite `lava`.
struct StepRun {
    let step: any StepRunner
    let context: RunContext
    /// In words, which deadline the step is held to.
    let limit: String

    func run(until deadline: MonotonicTime) async throws {
        let began = context.clock.monotonic()
        let title = "\(context.level) \(step.name)"
        context.log.info("start: \(title) (timeout \(deadline.duration(since: began).clockText))")
        context.connectionTimeout =
            step.holdsWaitsToConnectionTimeout ? context.timeouts.connection(of: step.name) : nil
        try await context.publish(.stepStarted, ["name": .string(step.name), "level": .string(context.level)])
        var failure: Failure?
        do {
            try Task.checkCancellation()
            try await step.run(in: context, until: deadline)
            try context.checkFatalFindings()
        } catch {
            failure = explain(error)
        }
        try await finish(failure, took: context.clock.monotonic().duration(since: began))
        if let failure { throw failure }
    }

    private var endingLimit: String {
        guard context.hitConnectionTimeout, let connection = context.connectionTimeout else { return limit }
        return "the connection time-out of \(connection.shortText)"
    }

    private func explain(_ error: any Error) -> Failure {
        switch error {
        case let timeout as ConsoleTimeout:
            Failure(step.timeoutType, "\(timeout.explanation) (ended by \(endingLimit))", at: step.name)
        case is StepTimeout:
            Failure(step.timeoutType, "not done in time (ended by \(limit))", at: step.name)
        default:
            Failure(explaining: error).placed(at: step.name)
        }
    }

    private func finish(_ failure: Failure?, took: Duration) async throws {
        context.log.info("end: \(context.level) \(step.name) (duration \(took.clockText))")
        // A cancelled task must not lose what the step found: storing does not look at cancellation.
        var event: [String: DataValue] = [
            "name": .string(step.name), "level": .string(context.level), "duration": .double(took.inSeconds),
            "result": .string(failure == nil ? "pass" : "fail"),
        ]
        if let failure { event["message"] = .string(failure.message) }
        if step.isRecorded {
            var metadata: [String: DataValue] = ["level": .string(context.level), "duration": .double(took.inSeconds)]
            if let failure {
                metadata["error_type"] = .string(failure.type.rawValue)
                metadata["error_msg"] = .string(failure.message)
            }
            try await context.record(
                ResultRecord(
                    suite: "lava", name: step.name, result: failure == nil ? .pass : .fail, measurement: took.inSeconds,
                    units: "seconds", metadata: metadata, logged: context.clock.wall()))
        }
        try await context.publish(.stepFinished, event, waits: failure == nil)
    }
}
