import LabWire

/// What the holder of a board is told while he works with it: that his lease is about to end, and why.
struct LeaseWatch: Sendable {
    private var last: LeaseInfo?
    private var isWarned = false

    init(lease: LeaseInfo?) {
        last = lease
    }

    /// - Parameter lease: as it stands now; nil when nobody holds the board.
    /// - Returns: lines for the holder.
    mutating func look(at lease: LeaseInfo?) -> [String] {
        defer { last = lease }
        guard let lease, lease.ending == nil else {
            guard let last, last.ending == nil else { return [] }
            return ["the lease of \(SafeText.line(last.board)) is over; its power goes off"]
        }
        var lines: [String] = []
        if let last, last.id != lease.id {
            lines.append("\(SafeText.line(lease.holder)) has \(SafeText.line(lease.board)) now (lease \(lease.id))")
            isWarned = false
        }
        if let notice = lease.notice, notice != last?.notice || last?.id != lease.id {
            lines.append(
                "\(SafeText.line(notice.by)) takes \(SafeText.line(lease.board)) back in "
                    + "\(Figures.seconds(lease.remaining)): \(SafeText.line(notice.reason))")
        }
        if let last, last.id == lease.id, last.until < lease.until { isWarned = false }
        if lease.notice == nil, !isWarned, lease.remaining <= warning(lease) {
            isWarned = true
            lines.append(
                "the lease of \(SafeText.line(lease.board)) ends in \(Figures.seconds(lease.remaining)); "
                    + "`lablctl extend \(SafeText.line(lease.board)) --for 1h` makes it longer")
        }
        return lines
    }

    /// Seconds before the end: a tenth of the lease, at most ten minutes, as labd's own warning.
    private func warning(_ lease: LeaseInfo) -> Double {
        min((Figures.seconds(from: lease.since, to: lease.until) ?? 0) / 10, 600)
    }
}
