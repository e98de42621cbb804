import LabModel

/// The searches for boards of groups in one look at the queue.
///
/// A search costs time, and thousands of groups may wait for the same few boards; none of them may keep the look from
/// those behind, who ask for others.
struct GroupSearches {
    /// Searches of one kind; groups behind wait for the next look.
    private static let limit = 256

    /// Of groups that a free board is there for.
    private var hopeful = 0
    /// Of groups that only find out which boards they wait for.
    private var waiting = 0
    /// What no search can find: boards only get fewer in one look.
    private var futile: Set<[Demand]> = []

    /// A board for each of `demands`, or nil.
    mutating func boards(for demands: [Demand], from free: inout FreeBoards, pool: inout BoardPool) -> [Int]? {
        guard !futile.contains(demands) else { return nil }
        if demands.contains(where: { free.has($0, pool: &pool) }) {
            guard hopeful < Self.limit else { return nil }
            hopeful += 1
        } else {
            guard waiting < Self.limit else { return nil }
            waiting += 1
        }
        switch free.takeAll(for: demands, pool: &pool) {
        case .found(let boards): return boards
        case .kept: return nil
        case .futile:
            futile.insert(demands)
            return nil
        }
    }
}
