import LabModel
import LabWire

/// What happened in an event, in few words. All of it is in the JSON.
struct EventDetails {
    var style: TextStyle

    func text(_ event: EventInfo) -> String {
        SafeText.line(words(event).joined(separator: " ").trimmedOfWhitespace)
    }

    private func words(_ event: EventInfo) -> [String] {
        let data = Reader(data: event.data)
        switch LabEvent.Kind(rawValue: event.kind) {
        case .jobSubmitted: return [data["name"]]
        case .jobScheduled: return event.board == nil ? [data["board"]] : []
        case .jobRunning: return event.data["attempt"]?.integer.map { $0 > 1 ? ["run \($0)"] : [] } ?? []
        case .jobCanceling: return ["by", data["by"] + data.after("reason")]
        case .jobInterrupted: return [data["error_msg"], event.data["again"]?.bool == true ? "(runs again)" : ""]
        case .jobFinished: return [data["health"] + data.after("error_type") + data.after("error_msg")]
        case .stepStarted: return [data["level"], data["name"]]
        case .stepFinished:
            return [data["level"], data["name"], data["result"], took(event.data) + data.after("message")]
        case .progress: return [data["message"]]
        case .result: return result(event.data, data)
        case .verdict: return verdict(event.data, data)
        case .consoleFinding: return [data["kind"] + data.after("line")]
        case .boardState: return [data["state"]]
        case .boardHealth: return [data["health"] + data.after("reason")]
        case .boardAdded, .boardChanged, .boardRemoved, .boardRepaired: return [data["file"]]
        case .boardBroken: return [data["message"]]
        case .power: return power(data)
        case .leaseBegan: return [data["holder"] + data.after("reason")]
        case .leaseExtended: return [data["holder"], "until", Figures.time(data["expires"])]
        case .leaseWarning: return [data["holder"], "loses it at", Figures.time(data["expires"])]
        case .leaseNotice:
            return [data["by"], "takes it back at", Figures.time(data["expires"]) + data.after("reason")]
        case .leaseHandedOver: return [data["holder"], "to", data["heir"] + data.after("reason")]
        case .leaseEnded:
            return [data["holder"] + ":", data["ending"], "by", data["by"] + data.after("reason")]
        case .labPaused: return [data["text"]]
        case .labResumed: return [data["name"], data["by"].isEmpty ? "" : "by " + data["by"]]
        case .scheduleSkipped: return [data["schedule"] + data.after("reason")]
        case .scheduleFailed: return [data["schedule"] + data.after("error_msg")]
        case nil: return [String(LogView.plainText(event.data).prefix(400))]
        }
    }

    private func took(_ data: DataValue) -> String {
        data["duration"]?.double.map { "(\(style.length($0)))" } ?? ""
    }

    private func result(_ data: DataValue, _ reader: Reader) -> [String] {
        let path = ["suite", "set", "case"].map { reader[$0] }.filter { !$0.isEmpty }.joined(separator: "/")
        var words = [path, reader["result"]]
        // How long the job's own steps took is in their own events.
        if reader["suite"] != ResultCounts.stepSuite, let measurement = data["measurement"]?.double {
            words += ["=", Figures.measurement(measurement, units: reader["units"])]
        }
        return words
    }

    private func verdict(_ data: DataValue, _ reader: Reader) -> [String] {
        let kind = reader["brick_kind"]
        let outcome = reader["outcome"] + (kind.isEmpty ? "" : " (\(kind))")
        let judgement = data["is_allowed"]?.bool.map { $0 ? "allowed" : "not allowed" } ?? ""
        return [reader["name"] + ":", outcome + (judgement.isEmpty ? "" : ","), judgement]
    }

    private func power(_ reader: Reader) -> [String] {
        let state = reader["state"]
        let isElsewhere = !state.isEmpty && state != reader["target"]
        return [
            "\(reader["kind"]) to \(reader["target"])" + (isElsewhere ? ", is \(state)" : "") + reader.after("note")
        ]
    }

    private struct Reader {
        var data: DataValue

        subscript(key: String) -> String { data[key].map(LogView.plainText) ?? "" }

        /// `: VALUE`, or nothing when there is none.
        func after(_ key: String) -> String {
            self[key].isEmpty ? "" : ": \(self[key])"
        }
    }
}
