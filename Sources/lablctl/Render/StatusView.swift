import LabModel
import LabWire

/// The lab on one screen.
struct StatusView {
    var style: TextStyle

    func lines(_ status: StatusInfo) -> [String] {
        var fields: [(String, String)] = [
            ("labd", "\(SafeText.line(status.version)), up \(Figures.seconds(status.uptime)), start \(status.epoch)"),
            ("queue", queue(status)),
            ("boards", boards(status)),
        ]
        if let disk = status.disk { fields.append(("disk", words(disk))) }
        for pause in status.pauses { fields.append(("paused", style.paint(SafeText.line(pause.text), .yellow))) }
        if let drain = status.drain {
            fields.append(("drain", drained(drain, running: status.running)))
        }
        if !status.schedules.isEmpty || status.scheduleCount > 0 {
            fields.append(("schedules", schedules(status)))
        }
        if let retention = status.retention {
            fields.append(("retention", "\(Figures.time(retention.began)) UTC: \(RetentionView.words(retention))"))
        }
        return FieldList(style: style).lines(fields)
    }

    private func queue(_ status: StatusInfo) -> String {
        let waiting = status.queued == 1 ? "1 job waits" : "\(status.queued) jobs wait"
        return "\(waiting), \(status.running) \(status.running == 1 ? "runs" : "run")"
            + (status.pauses.isEmpty ? "" : style.paint("; nothing new starts", .yellow))
    }

    private func boards(_ status: StatusInfo) -> String {
        let states = BoardState.allCases.compactMap { state in
            status.boards.states[state.name].map { "\($0) \(state.name.lowercased())" }
        }
        let healths = BoardHealth.allCases.filter { $0 != .good }.compactMap { health in
            status.boards.healths[health.name].map { style.paint("\($0) \(health.name)", .yellow) }
        }
        let unwell = healths.isEmpty ? "all of them good" : "but " + healths.joined(separator: ", ")
        guard status.boards.total > 0 else { return "none" }
        return "\(status.boards.total): \(states.joined(separator: ", ")); \(unwell)"
    }

    private func words(_ disk: DiskInfo) -> String {
        let text = "\(Figures.bytes(disk.free)) of \(Figures.bytes(disk.capacity)) free"
        return switch DiskLevel(rawValue: disk.level) {
        case .low: style.paint("\(text), low (below \(Figures.bytes(disk.low)))", .yellow)
        case .critical: style.paint("\(text), critical (below \(Figures.bytes(disk.critical)))", .red)
        default: "\(text); low below \(Figures.bytes(disk.low))"
        }
    }

    private func drained(_ drain: DrainInfo, running: Int) -> String {
        let rest =
            running == 0
            ? "nothing runs: labd may be stopped" : "\(running) \(running == 1 ? "job still runs" : "jobs still run")"
        return "since \(Figures.time(drain.since)) UTC by \(SafeText.line(drain.by)); \(rest)"
            + (drain.acrossRestart ? "; stays over a restart" : "")
    }

    private func schedules(_ status: StatusInfo) -> String {
        let next = status.schedules.map { "\(SafeText.line($0.name)) \(Figures.time($0.next ?? "-")) UTC" }
        let rest = status.scheduleCount - status.schedules.count
        guard !next.isEmpty else { return "\(status.scheduleCount), none of them due" }
        return next.joined(separator: ", ") + (rest > 0 ? ", and \(rest) more" : "")
    }
}
