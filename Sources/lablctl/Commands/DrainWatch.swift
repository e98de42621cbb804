import LabWire

/// What whoever works at a board is told of the lab: that a drain begins, and that it is over.
struct DrainWatch: Sendable {
    private var last: DrainInfo?

    init() {}

    /// - Parameter drain: as it stands now; nil for none.
    /// - Returns: lines for whoever works at a board.
    mutating func look(at drain: DrainInfo?) -> [String] {
        defer { last = drain }
        guard let drain else { return last == nil ? [] : ["the drain of the lab has ended"] }
        guard drain != last else { return [] }
        let why = drain.reason.map { ": \(SafeText.line($0))" } ?? ""
        return [
            "\(SafeText.line(drain.by)) drains the lab\(why)",
            "labd may be stopped soon; leases outlive that, the power of virtual boards does not",
        ]
    }
}
