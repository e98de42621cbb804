import LabModel
import LabWire

/// The queue as a table, and what holds all of it up.
struct QueueView {
    var style: TextStyle

    func lines(_ queue: QueueInfo) -> [String] {
        let pauses = queue.pauses.map { style.paint("paused: \(SafeText.line($0.text))", .yellow) }
        guard !queue.jobs.isEmpty else { return pauses + ["no job waits"] }
        var table = Table([
            .init("ID", isNumber: true), .init("PRIO", isNumber: true), .init("BEGINS (UTC)", leaves: 2),
            .init("TYPE", minimum: 8, leaves: 3), .init("BY", minimum: 6, leaves: 4), .init("NAME", minimum: 12),
            .init("WAITS BECAUSE", minimum: 24),
        ])
        table.rows = queue.jobs.map { entry in
            [
                .init(String(entry.job.id)), .init(String(entry.job.priority)),
                .init(entry.start.map(Figures.time) ?? "-"),
                .init(entry.job.requestedBoard ?? entry.job.deviceType ?? "-"), .init(entry.job.submitter),
                .init(entry.job.name), .init(entry.job.waiting ?? "-"),
            ]
        }
        let rest = queue.total - queue.jobs.count
        return pauses + table.lines(in: style) + (rest > 0 ? [style.paint("and \(rest) more", .dim)] : [])
    }
}
