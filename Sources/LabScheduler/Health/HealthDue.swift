import LabModel

extension LabQueue {
    /// Idle boards that have to prove that they are sound before they take another job, and that no check waits for yet.
    func due(
        apartFrom held: Set<BoardName>, at now: WallTime, rule: (BoardRecord) -> HealthRule?
    ) -> [BoardName] {
        pool.boards.filter { board in
            board.state == .idle && !held.contains(board.name) && checked[board.name] == nil
                && (rule(board)?.isDue(board, at: now) ?? false)
        }.map(\.name)
    }
}
