import LabModel

/// A call to the group that a block makes when one of its actions begins.
struct GroupCallStep: StepRunner {
    let call: GroupCall
    /// The group's own.
    let waitLimit: Duration?

    var name: String { GroupRequest(call).caseName }
    var timeoutType: ErrorType { .multinodeTimeout }
    var neededTime: Duration? { call.timeout ?? waitLimit }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        let messages = try await run.make(call, until: deadline)
        try run.keepWanted(of: call, in: messages)
    }
}

extension RunContext {
    /// Makes a call to the group, with `$key` in what is sent replaced by what earlier calls brought.
    ///
    /// - Throws: `multinodeTimeout` when nobody answers in time; `job` when this job has no group.
    func make(_ call: GroupCall, until deadline: MonotonicTime) async throws -> [GroupMessage] {
        guard let group else {
            throw Failure(.job, "\(call.verb.rawValue): this job has no group to talk to")
        }
        var call = call
        if call.verb == .send || call.verb == .start {
            call.values = call.values.mapValues { value in
                value.hasPrefix("$") ? groupValues[String(value.dropFirst())] ?? value : value
            }
        }
        let request = GroupRequest(call)
        groupCalls += 1
        let limit = call.timeout ?? group.waitLimit
        let end = limit.map { min(deadline, clock.monotonic().advanced(by: $0)) } ?? deadline
        log.info("\(request.inWords): passed on to the group")
        let messages = try await group.call(request, token: "c\(groupCalls)", until: end)
        for pair in messages.flatMap(\.pairs) { groupValues[pair.key] = pair.value }
        return messages
    }

    /// Checks that what a call wants to know has come.
    fileprivate func keepWanted(of call: GroupCall, in messages: [GroupMessage]) throws {
        guard call.verb != .send, call.verb != .start, call.verb != .sync else { return }
        for (key, value) in call.values.sorted(by: { $0.key < $1.key }) where value.hasPrefix("$") {
            guard let found = messages.lazy.flatMap(\.pairs).first(where: { $0.key == key }) else {
                throw Failure(
                    .job, "the message '\(call.message.shown)' came without a value for '\(key.shown)'",
                    advice: "`lava-send \(call.message.shown) \(key.shown)=...` sends one")
            }
            groupValues[String(value.dropFirst())] = found.value
            log.info("\(value) is '\(found.value.shown)'")
        }
    }
}
