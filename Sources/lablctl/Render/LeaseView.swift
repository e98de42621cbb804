import LabModel
import LabWire

/// Leases of people, and the logs of boards.
struct LeaseView {
    var style: TextStyle

    /// Prints what labd answered about one lease.
    static func show(
        _ body: [UInt8], _ client: LabClient, json: Bool, _ lines: (LeaseView, LeaseInfo) -> [String]
    ) throws(CommandError) {
        let stdout = Output.standard()
        if json { return stdout.json(body) }
        stdout.lines(lines(LeaseView(style: stdout.style), try client.decode(LeaseInfo.self, from: body)))
    }

    func table(_ list: LeaseList) -> [String] {
        let waiting = list.waiting.map { entry in
            let tags = entry.tags.isEmpty ? "" : " with \(SafeText.line(entry.tags.joined(separator: ", ")))"
            let what = entry.board.map { SafeText.line($0) } ?? "a board of type \(SafeText.line(entry.type ?? "?"))"
            let reason = entry.reason.map { ": \(SafeText.line($0))" } ?? ""
            return style.paint("\(SafeText.line(entry.user)) waits for \(what)\(tags)\(reason)", .yellow)
        }
        guard !list.leases.isEmpty else { return ["nobody holds a board"] + waiting }
        var table = Table([
            .init("LEASE", isNumber: true), .init("BOARD", minimum: 8), .init("HOLDER", minimum: 6),
            .init("SINCE (UTC)", leaves: 1), .init("ENDS IN"), .init("WHAT FOR", minimum: 24, wraps: true),
        ])
        table.rows = list.leases.map { lease in
            [
                .init(String(lease.id)), .init(lease.board), .init(lease.holder),
                .init(Figures.minute(lease.since)), .init(rest(lease), lease.notice == nil ? .plain : .yellow),
                .init(purpose(lease)),
            ]
        }
        return table.lines(in: style) + waiting
    }

    /// `sim-1 is ann's until 2026-08-20 12:00 UTC (2 h 00 min, lease 12)`, and what to do with it.
    func begun(_ lease: LeaseInfo) -> [String] {
        let board = SafeText.line(lease.board)
        return [
            "\(board) is \(SafeText.line(lease.holder))'s until \(Figures.minute(lease.until)) UTC "
                + "(\(Figures.seconds(lease.remaining)), lease \(lease.id))",
            style.paint("  lablctl power \(board) on | lablctl console \(board) | lablctl release \(board)", .dim),
        ]
    }

    func extended(_ lease: LeaseInfo) -> [String] { [begun(lease)[0]] }

    func released(_ lease: LeaseInfo) -> [String] {
        ["\(SafeText.line(lease.board)) is given back (lease \(lease.id))"]
    }

    func kicked(_ lease: LeaseInfo) -> [String] {
        let board = SafeText.line(lease.board)
        let holder = SafeText.line(lease.holder)
        if lease.ending != nil { return ["\(board) was taken back from \(holder) (lease \(lease.id))"] }
        return [
            "\(holder) is told, and has \(board) for another \(Figures.seconds(lease.remaining)) (lease \(lease.id))"
        ]
    }

    /// One clause for a board's or a job's page.
    ///
    /// - Parameter isOfJob: the page tells itself why the job's board is kept.
    func clause(_ lease: LeaseInfo, isOfJob: Bool = false) -> String {
        let ending =
            lease.ending.map { "\($0), on its way to rest" } ?? "for another \(Figures.seconds(lease.remaining))"
        let what = isOfJob && lease.notice == nil ? "" : purpose(lease)
        return "\(SafeText.line(lease.holder)), \(ending) (lease \(lease.id))" + (what.isEmpty ? "" : ": \(what)")
    }

    func log(_ page: BoardLogPage) -> [String] {
        guard !page.entries.isEmpty else {
            return ["nobody has held \(SafeText.line(page.board)) yet, or said anything of its health"]
        }
        return [style.paint("TIME (UTC)", .bold)]
            + page.entries.flatMap { entry in
                let reason = entry.reason.map { ": \(SafeText.line($0))" } ?? ""
                return style.hanging(style.paint(Figures.time(entry.at), .dim) + "  ", words(entry) + reason)
            }
    }

    /// Who did what. Labd's own doing goes without saying.
    private func words(_ entry: BoardLogLine) -> String {
        let lease = entry.lease.map { "lease \($0)" } ?? "the lease"
        let (holder, user) = (SafeText.line(entry.holder ?? ""), SafeText.line(entry.by))
        let by = entry.by == "labd" ? "" : ", by \(user)"
        let until = entry.until.map { " until \(moment($0, on: entry.at))" } ?? ""
        switch LabEvent.Kind(rawValue: entry.kind) {
        case .leaseBegan:
            let kept = entry.job.map { ", kept as job \($0) left it" } ?? ""
            return "\(holder) has it\(until) (\(lease)\(kept))" + (user == holder ? "" : by)
        case .leaseExtended: return "\(holder) has it longer,\(until) (\(lease))" + (user == holder ? "" : by)
        case .leaseWarning: return "\(holder) was warned: \(lease) is about to expire"
        case .leaseNotice: return "\(user) takes it back from \(holder), who has time\(until) (\(lease))"
        case .leaseHandedOver: return "\(user) handed it over to \(holder) (\(lease) is over)"
        case .leaseEnded:
            let ending = entry.ending.flatMap { Reservation.Ending(rawValue: $0) }?.words ?? "ended"
            return "\(lease) of \(holder) \(ending)" + (user == holder ? "" : by)
        case .boardHealth: return "health \(style.paint(SafeText.line(entry.health ?? "?"), .bold)), by \(user)"
        default: return SafeText.line(entry.kind)
        }
    }

    /// To the minute; the day only when it is another one than that of `now`.
    private func moment(_ time: String, on now: String) -> String {
        let text = Figures.minute(time)
        return Figures.minute(now).prefix(10) == text.prefix(10) ? String(text.suffix(5)) : text
    }

    private func purpose(_ lease: LeaseInfo) -> String {
        let notice = lease.notice.map { "\(SafeText.line($0.by)) takes it back: \(SafeText.line($0.reason))" }
        return notice ?? SafeText.line(lease.reason ?? "")
    }

    private func rest(_ lease: LeaseInfo) -> String {
        lease.ending == nil ? Figures.seconds(lease.remaining) : "at its end"
    }
}
