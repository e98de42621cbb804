import LabModel
import LabWire

/// One board, and lists of them.
struct BoardView {
    var style: TextStyle

    /// The boards, and below them what is wrong with their files and what waits, each with its place and its remedy.
    func table(_ list: BoardList) -> [String] {
        let notes =
            list.boards.flatMap(notes) + (list.problems ?? []).map(line) + list.boards.flatMap(signs)
            + list.boards.flatMap(distrust)
        let table = rows(list)
        return notes.isEmpty ? table : table + [""] + notes.flatMap { style.hanging("", $0) }
    }

    /// What came of reading the board files.
    func reloaded(_ info: BoardReloadInfo) -> [String] {
        let changes = info.changes.map { change in
            let faults = (change.diagnostics ?? []).filter { $0.severity == "error" }
            let fault = faults.first.map { ": " + line($0) } ?? ""
            let ink: Ink = change.change == BoardChange.Kind.broken.rawValue ? .red : .green
            return "\(SafeText.line(change.board)) \(style.paint(SafeText.line(change.change), ink))\(fault)"
        }
        let waiting = info.waiting.compactMap { board in pending(board).map { "\(SafeText.line(board.name)): \($0)" } }
        let lines = changes + waiting + info.problems.map(line)
        return lines.isEmpty ? ["nothing has changed"] : lines
    }

    /// One line for each mistake of a board's file, and one for what waits.
    private func notes(_ board: BoardInfo) -> [String] {
        let faults = board.diagnostics ?? []
        // The rest is in the view of the one board.
        let shown = faults.prefix(1).map { line($0) + (faults.count > 1 ? " (and \(faults.count - 1) more)" : "") }
        return shown + (pending(board).map { ["\(SafeText.line(board.name)): \($0)"] } ?? [])
    }

    /// Why a board is not trusted, as far as somebody said so.
    private func distrust(_ board: BoardInfo) -> [String] {
        guard board.health != BoardHealth.good.name, let reason = board.healthReason, board.diagnostics?.isEmpty ?? true
        else { return [] }
        return [
            "\(SafeText.line(board.name)) is \(style.paint(SafeText.line(board.health), ink(board))): \(SafeText.line(reason))"
        ]
    }

    /// One line for each sign that a board goes bad.
    private func signs(_ board: BoardInfo) -> [String] {
        (board.signs ?? []).map { "\(SafeText.line(board.name)): \(style.paint(SafeText.line($0), .yellow))" }
    }

    /// `the change of its file waits for job 17`.
    private func pending(_ board: BoardInfo) -> String? {
        guard let pending = board.pending else { return nil }
        let what =
            pending == BoardStanding.Pending.removal.rawValue
            ? "leaves the lab, its file was removed; that" : "the change of its file"
        let person = board.lease.map { SafeText.line($0.holder) } ?? "whoever works on it"
        let holder = board.currentJob.map { "job \($0)" } ?? person
        return style.paint("\(what) waits for \(holder)", .yellow)
    }

    /// As compilers write it.
    private func line(_ fault: DiagnosticInfo) -> String {
        let place = "\(SafeText.line(fault.file ?? "labd")):\(fault.line):\(fault.column):"
        let severity = style.paint(SafeText.line(fault.severity) + ":", fault.severity == "error" ? .red : .yellow)
        let excerpt = fault.excerpt.map { " in `\(SafeText.line($0))`" } ?? ""
        let remedy = fault.suggestion.map { "; \(SafeText.line($0))" } ?? ""
        return "\(style.paint(place, .bold)) \(severity) \(SafeText.line(fault.message))\(excerpt)\(remedy)"
    }

    private func rows(_ list: BoardList) -> [String] {
        guard !list.boards.isEmpty else { return ["no boards"] }
        var table = Table([
            .init("BOARD", minimum: 12), .init("TYPE", minimum: 8, leaves: 3), .init("STATE"),
            .init("HEALTH", leaves: 6), .init("POWER", leaves: 4), .init("HELD BY", minimum: 6, leaves: 5),
            .init("TAGS", minimum: 8, leaves: 2), .init("DESCRIPTION", minimum: 16, leaves: 1),
        ])
        table.rows = list.boards.map { board in
            [
                .init(board.name), .init(board.type.isEmpty ? "-" : board.type), .init(board.state),
                // The mark that the notes below the table explain.
                .init(board.health + (board.signs == nil ? "" : " !"), board.signs == nil ? ink(board) : .yellow),
                .init(board.power), .init(board.currentJob.map { "job \($0)" } ?? board.lease?.holder ?? "-"),
                .init(board.tags.isEmpty ? "-" : board.tags.joined(separator: ",")), .init(board.description ?? ""),
            ]
        }
        return table.lines(in: style)
    }

    func details(_ board: BoardInfo) -> [String] {
        var fields: [(String, String)] = [
            ("board", SafeText.line(board.name)), ("type", board.type.isEmpty ? "-" : SafeText.line(board.type)),
            ("state", SafeText.line(board.state)), ("health", style.paint(SafeText.line(board.health), ink(board))),
        ]
        let faults = board.diagnostics ?? []
        if let reason = board.healthReason, faults.isEmpty { fields.append(("because", SafeText.line(reason))) }
        for (index, fault) in faults.enumerated() { fields.append((index == 0 ? "because" : "", line(fault))) }
        for sign in board.signs ?? [] { fields.append(("sign", style.paint(SafeText.line(sign), .yellow))) }
        if let text = pending(board) { fields.append(("waits", text)) }
        fields.append(("power", SafeText.line(board.power)))
        if let report = board.powerReport { fields += rows(of: report) }
        if let lines = board.lines { fields.append(("lines", SafeText.line(lines.joined(separator: ", ")))) }
        if let path = board.powerPath { fields.append(("power path", text(of: path))) }
        if let job = board.currentJob { fields.append(("job", String(job))) }
        if let lease = board.lease { fields.append(("held by", LeaseView(style: style).clause(lease))) }
        if let driver = board.driver { fields.append(("driver", SafeText.line(driver))) }
        if !board.tags.isEmpty { fields.append(("tags", SafeText.line(board.tags.joined(separator: ", ")))) }
        if let file = board.file { fields.append(("file", SafeText.line(file))) }
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
