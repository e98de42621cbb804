import LabWire

/// Recurring jobs.
struct ScheduleView {
    var style: TextStyle

    func table(_ list: ScheduleList) -> [String] {
        guard !list.schedules.isEmpty else { return ["no recurring jobs; `lablctl schedule add` makes one"] }
        var table = Table([
            .init("NAME", minimum: 8), .init("WHEN", minimum: 12), .init("NEXT (UTC)"), .init("LAST JOB", leaves: 3),
            .init("SUBMITTER", leaves: 1), .init("STATE", minimum: 10),
        ])
        table.rows = list.schedules.map { schedule in
            [
                .init(schedule.name), .init(Self.rule(schedule)),
                .init(schedule.next.map(Figures.time) ?? "-"), .init(schedule.lastJob.map(String.init) ?? "-"),
                .init(schedule.submitter), state(schedule),
            ]
        }
        return table.lines(in: style)
    }

    func details(_ schedule: ScheduleInfo) -> [String] {
        var fields: [(String, String)] = [
            ("schedule", SafeText.line(schedule.name)), ("when", SafeText.line(Self.rule(schedule))),
            ("overlap", schedule.overlap == "skip" ? "left out while its last job has not ended" : "one more waits"),
            ("submitter", SafeText.line(schedule.submitter)),
            ("made", Figures.time(schedule.created) + " UTC"),
            ("next", schedule.paused ? "paused" : schedule.next.map { Figures.time($0) + " UTC" } ?? "never"),
        ]
        if let last = schedule.last { fields.append(("last", Figures.time(last) + " UTC")) }
        if let job = schedule.lastJob { fields.append(("last job", String(job))) }
        if let failure = schedule.lastFailure {
            fields.append(("failure", style.paint(SafeText.line(failure.message), .red)))
            if let place = failure.place { fields.append(("at", SafeText.line(place))) }
            if let advice = failure.advice { fields.append(("try", SafeText.line(advice))) }
        }
        return FieldList(style: style).lines(fields)
    }

    private func state(_ schedule: ScheduleInfo) -> Table.Cell {
        if schedule.paused { return Table.Cell("paused", .yellow) }
        guard let failure = schedule.lastFailure else { return Table.Cell("ok", .green) }
        return Table.Cell("failed: \(failure.message)", .red)
    }

    /// `every 1 h`, `daily 02:00 Europe/Berlin`.
    static func rule(_ schedule: ScheduleInfo) -> String {
        var rule = schedule.rule
        if rule.hasPrefix("every "), let seconds = Int64(rule.dropFirst(6).dropLast(2)) {
            rule = "every " + words(seconds)
        }
        return rule + (schedule.zone.map { " \($0)" } ?? "")
    }

    private static func words(_ seconds: Int64) -> String {
        for (length, unit) in [(86_400, "d"), (3600, "h"), (60, "min")] where seconds % Int64(length) == 0 {
            return "\(seconds / Int64(length)) \(unit)"
        }
        return "\(seconds) s"
    }
}
