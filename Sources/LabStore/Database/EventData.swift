import LabModel

// What the store puts into the `data` of the events that its own calls cause; a key with `?` may be missing.
//
//     job.submitted    name, priority
//     job.scheduled    board
//     job.running      attempt
//     job.canceling    by, reason?
//     job.interrupted  again, error_type, error_msg
//     job.finished     health, error_type?, error_msg?
//     board.state      state
//     board.health     health, by, reason?
//     lease.*          lease, holder, by, purpose, expires, reason?, ending?, heir?
//     power            target, kind (switch, armed, cut, disarmed), state (not when armed), reason, note?
//     result           suite, set?, case, result, measurement?, units?
//     verdict          the fields of `PowerCutRecord`

extension ResultRecord {
    /// The `data` of its event: suite, set, case, result, measurement, units.
    var eventData: [String: DataValue] {
        [
            "suite": .string(suite), "set": testSet.map(DataValue.string), "case": .string(name),
            "result": .string(result.name), "measurement": measurement.map(DataValue.double),
            "units": units.map(DataValue.string),
        ].compactMapValues { $0 }
    }
}

extension PowerCutRecord {
    /// The `data` of its event: every field of the record in snake case, durations in seconds.
    var eventData: [String: DataValue] {
        func seconds(_ duration: Duration?) -> DataValue? { duration.map { .double($0.inSeconds) } }
        let fields: [String: DataValue?] = [
            "name": .string(name), "outcome": .string(outcome.rawValue),
            "brick_kind": brickKind.map { .string($0.rawValue) }, "is_allowed": .bool(isAllowed),
            "is_alive": .bool(isAlive), "is_whole": isWhole.map(DataValue.bool),
            "version_before": versionBefore.map(DataValue.string), "version_after": versionAfter.map(DataValue.string),
            "slot_before": slotBefore.map(DataValue.string), "slot_after": slotAfter.map(DataValue.string),
            "boots": .integer(Int64(boots)), "recovery_time": seconds(recoveryTime),
            "command_latency": seconds(commandLatency), "silence_latency": seconds(silenceLatency),
            "trigger_line": triggerLine.map(DataValue.string),
            "inferences": .list(inferences.map(DataValue.string)),
            "last_lines": .list(lastLines.map(DataValue.string)),
        ]
        return fields.compactMapValues { $0 }
    }
}
