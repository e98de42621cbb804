import LabModel
import Logging

extension Scheduler {
    /// A board whose power does not follow its switch takes no jobs until somebody has looked at it.
    ///
    /// Owed first and stored by `pay`: a store that fails must not make anybody forget it.
    func quarantine(_ board: any Board) async {
        guard let report = await board.power.report(), report.verified == .stuck else { return }
        logger.error("board is quarantined", metadata: ["board": "\(board.name)", "power": "\(report.summary)"])
        arrears.add(.bad(reason: "its power does not follow its switch: \(report.summary)"), of: board.name)
    }

    /// A board that could not be put to rest takes no jobs either. What only the store refused says nothing of it.
    func noteUnrested(_ board: BoardName, _ failure: Failure) {
        logger.error("board is not at rest", metadata: ["board": "\(board)", "error": "\(failure)"])
        guard !failure.isOfTheStore else { return }
        arrears.add(.bad(reason: "cannot be put to rest: \(failure.message)"), of: board)
    }

    /// Stores what is owed of a board that the caller has.
    func pay(_ board: BoardName) async throws(Failure) {
        try await arrears.pay(board, power: boards.board(board)?.power, to: store)
    }

    /// Stores what is owed of boards that nobody switches now. Whoever stands in line gets them first.
    func payArrears() async {
        for board in arrears.boards where state.hold(board) {
            do {
                try await pay(board)
            } catch {
                logger.error(
                    "what happened to a board cannot be stored",
                    metadata: ["board": "\(board)", "error": "\(error)"])
            }
            release(board)
        }
    }
}

extension Failure {
    /// Whether it says something of the store, and nothing of what was to be stored.
    var isOfTheStore: Bool { place == "database" }
}
