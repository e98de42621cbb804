import LabModel

/// Writes what the engine does into a job's log, in the forms that LAVA's clients read.
struct RunLog: Sendable {
    let log: any JobLog
    let clock: any LabClock

    func debug(_ text: String) { write(.debug, .string(text)) }
    func info(_ text: String) { write(.info, .string(text)) }
    func warning(_ text: String) { write(.warning, .string(text)) }
    func error(_ text: String) { write(.error, .string(text)) }

    /// What was typed at the board.
    func input(_ text: String) { write(.input, .string(text)) }

    /// What the board printed.
    func target(_ lines: [ConsoleLine]) {
        log.append(lines.map { LogEntry(at: $0.wall, level: .target, message: .string($0.text)) })
    }

    /// A recorded test case, as the map that LAVA's logs carry.
    func result(_ record: ResultRecord) {
        var message: [String: DataValue] = [
            "definition": .string(record.suite), "case": .string(record.name), "result": .string(record.result.name),
        ]
        if let set = record.testSet { message["set"] = .string(set) }
        if let measurement = record.measurement { message["measurement"] = .double(measurement) }
        if let units = record.units { message["units"] = .string(units) }
        message.merge(record.metadata) { own, _ in own }
        write(.results, .map(message))
    }

    private func write(_ level: LogLevel, _ message: DataValue) {
        log.append([LogEntry(at: clock.wall(), level: level, message: message)])
    }
}

extension Duration {
    /// `00:05:00`, as LAVA's logs write durations.
    var clockText: String {
        let seconds = max(0, components.seconds)
        return [seconds / 3600, seconds / 60 % 60, seconds % 60]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: ":")
    }

    /// `1.5 s`, for people.
    var shortText: String {
        let tenths = (inSeconds * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int64(tenths)) s" : "\(tenths) s"
    }
}
