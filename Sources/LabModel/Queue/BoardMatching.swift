/// Finds boards for several places at once: each place one board, no board twice (Kuhn's augmenting paths).
public struct BoardMatching: Sendable {
    /// The board that each place got; nil where none was left.
    public private(set) var boards: [Int?]

    /// Whether every place has a board.
    public var isComplete: Bool { boards.allSatisfy { $0 != nil } }

    /// Matches as many places as can be matched at once.
    ///
    /// - Parameter candidates: for each place the boards it could take, by number, best first.
    public init(candidates: [[Int]]) {
        boards = Array(repeating: nil, count: candidates.count)
        var owners: [Int: Int] = [:]
        for place in candidates.indices {
            var visited: Set<Int> = []
            _ = augment(place, candidates, &owners, &visited)
        }
        for (board, place) in owners { boards[place] = board }
    }

    private func augment(
        _ place: Int, _ candidates: [[Int]], _ owners: inout [Int: Int], _ visited: inout Set<Int>
    ) -> Bool {
        // A board nobody has comes before one that somebody would have to give up.
        for board in candidates[place] where owners[board] == nil && !visited.contains(board) {
            owners[board] = place
            return true
        }
        for board in candidates[place] where visited.insert(board).inserted {
            guard let owner = owners[board] else { continue }
            if augment(owner, candidates, &owners, &visited) {
                owners[board] = place
                return true
            }
        }
        return false
    }
}
