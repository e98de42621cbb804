import LabModel
import LabWire

/// The queue as a table, and what holds all of it up.
struct QueueView {
    var style: TextStyle

    func lines(_ queue: QueueInfo) -> [String] {
        let pauses = queue.pauses.map { style.paint("paused: \(SafeText.line($0.text))", .yellow) }
        guard !queue.jobs.isEmpty else { return pauses + ["no job waits"] }
        let rest = queue.total - queue.jobs.count
        return pauses.flatMap(wrapped) + table(queue) + (rest > 0 ? [style.paint("and \(rest) more", .dim)] : [])
    }

    /// One line a job; in a terminal that is too narrow for it, the reason stands below its job.
    private func table(_ queue: QueueInfo) -> [String] {
        let reasons = queue.jobs.map { $0.job.waiting ?? "-" }
        var whole = Table(Self.columns + [.init("WAITS BECAUSE")])
        whole.rows = zip(queue.jobs, reasons).map { row($0) + [.init($1)] }
        let lines = whole.lines(in: TextStyle(usesColour: false, usesUnicode: false, width: nil))
        guard let width = style.width, lines.contains(where: { $0.count > width }) else {
            return whole.lines(in: style)
        }
        var table = Table(Self.columns)
        table.rows = queue.jobs.map(row)
        let rows = table.lines(in: style)
        var shown = [rows[0]]
        let paused = Set(queue.pauses.map(\.text))
        for (index, entry) in queue.jobs.enumerated() {
            shown.append(rows[index + 1])
            // What holds up all of the queue stands above it, and what holds up a group behind its last job.
            let next = index + 1 < queue.jobs.count ? queue.jobs[index + 1] : nil
            let isSaidBelow =
                entry.job.group != nil && next?.job.group?.id == entry.job.group?.id
                && reasons[index + 1] == reasons[index]
            guard !paused.contains(reasons[index]), !isSaidBelow else { continue }
            shown += style.wrapped(SafeText.line(reasons[index]), to: max(20, width - Self.indent.count))
                .map { Self.indent + $0 }
        }
        return shown
    }

    private static let indent = "      "

    private static let columns: [Table.Column] = [
        .init("ID", isNumber: true), .init("PRIO", isNumber: true), .init("BEGINS (UTC)", leaves: 2),
        .init("ON", minimum: 8, leaves: 3), .init("BY", minimum: 6, leaves: 4), .init("NAME", minimum: 12),
    ]

    private func row(_ entry: QueuedJobInfo) -> [Table.Cell] {
        [
            .init(String(entry.job.id)), .init(String(entry.job.priority)),
            .init(entry.start.map(Figures.minute) ?? "-"),
            .init(entry.job.requestedBoard ?? entry.job.deviceType ?? "-"), .init(entry.job.submitter),
            .init(JobView.title(entry.job)),
        ]
    }

    private func wrapped(_ line: String) -> [String] {
        style.width.map { style.wrapped(line, to: $0) } ?? [line]
    }
}
