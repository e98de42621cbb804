import LabModel
import LabWire

/// One board, and lists of them.
struct BoardView {
    var style: TextStyle

    func table(_ list: BoardList) -> [String] {
        guard !list.boards.isEmpty else { return ["no boards"] }
        var table = Table([
            .init("BOARD", minimum: 12), .init("TYPE", minimum: 8, leaves: 3), .init("STATE"),
            .init("HEALTH", leaves: 6), .init("POWER", leaves: 4), .init("JOB", isNumber: true, leaves: 5),
            .init("TAGS", minimum: 8, leaves: 2), .init("DESCRIPTION", minimum: 16, leaves: 1),
        ])
        table.rows = list.boards.map { board in
            [
                .init(board.name), .init(board.type), .init(board.state), .init(board.health, ink(board)),
                .init(board.power), .init(board.currentJob.map(String.init) ?? "-"),
                .init(board.tags.isEmpty ? "-" : board.tags.joined(separator: ",")), .init(board.description ?? ""),
            ]
        }
        return table.lines(in: style)
    }

    func details(_ board: BoardInfo) -> [String] {
        var fields: [(String, String)] = [
            ("board", SafeText.line(board.name)), ("type", SafeText.line(board.type)),
            ("state", SafeText.line(board.state)), ("health", style.paint(SafeText.line(board.health), ink(board))),
        ]
        if let reason = board.healthReason { fields.append(("because", SafeText.line(reason))) }
        fields.append(("power", SafeText.line(board.power)))
        if let report = board.powerReport { fields += rows(of: report) }
        if let lines = board.lines { fields.append(("lines", SafeText.line(lines.joined(separator: ", ")))) }
        if let path = board.powerPath { fields.append(("power path", text(of: path))) }
        if let job = board.currentJob { fields.append(("job", String(job))) }
        if let driver = board.driver { fields.append(("driver", SafeText.line(driver))) }
        if !board.tags.isEmpty { fields.append(("tags", SafeText.line(board.tags.joined(separator: ", ")))) }
        if let text = board.description { fields.append(("description", SafeText.line(text))) }
        return FieldList(style: style).lines(fields)
    }

    /// What it was told, what its switch says, and what was seen: three rows, for they may differ.
    private func rows(of report: PowerReportInfo) -> [(String, String)] {
        var told = report.desired.map { "told \($0)" } ?? "not switched since labd started"
        if report.attempts > 1 { told += ", \(report.attempts) times" }
        let verified =
            report.verified == PowerVerdict.stuck.rawValue
            ? style.paint(report.verified, .red) : SafeText.line(report.verified)
        return [("switch", "\(told), reads \(SafeText.line(report.reported))"), ("verified", verified)]
            + report.evidence.map { ("", SafeText.line("\($0.source): \($0.detail)")) }
    }

    /// `12.4 ms from command to silence, jitter 0.8 ms (20 cuts)`.
    private func text(of path: PowerPathInfo) -> String {
        func milliseconds(_ seconds: Double) -> String { "\((seconds * 10_000).rounded() / 10) ms" }
        return "\(milliseconds(path.delay)) from command to silence, jitter \(milliseconds(path.jitter)) "
            + "(\(path.cuts) cuts, \(milliseconds(path.shortest)) to \(milliseconds(path.longest)))"
    }

    private func ink(_ board: BoardInfo) -> Ink {
        switch board.health {
        case BoardHealth.good.name: .green
        case BoardHealth.bad.name: .red
        default: .yellow
        }
    }
}
