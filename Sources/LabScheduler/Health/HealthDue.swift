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

    /// Checks that wait for boards that are not what they ask for any more, with the words for it.
    func misplacedChecks() -> [(job: JobID, failure: Failure)] {
        checked.compactMap { name, job in
            guard let check = waiting[job]?.record, let number = pool.number(of: name),
                !Demand(check).suits(pool[number])
            else { return nil }
            return (
                job,
                Failure(
                    .canceled, "the board \(name) is not what it was when its check was submitted",
                    advice: "its next check asks for what it is now")
            )
        }.sorted { $0.job < $1.job }
    }
}
