import LabModel
import Synchronization

/// The trends of all boards, as they were a moment ago: they change with the end of a job, and are asked for with every
/// list of boards.
final class BoardTrendCache: Sendable {
    private struct Kept {
        var until: MonotonicTime
        var trends: [BoardName: BoardTrend]
        /// How long it took to find out.
        var cost: Duration
    }

    private static let freshness = Duration.seconds(5)
    /// In a large lab, what takes long to find out is found out seldom: at most a twentieth of the time goes into it.
    private static let rest = 20
    /// What takes no longer is found out anew for whoever looks at one board.
    private static let little = Duration.milliseconds(100)
    private let kept = Mutex<Kept?>(nil)

    /// - Parameter isForOne: somebody looks at one board, and sees its last runs beside its trend.
    func trends(
        clock: any LabClock, isForOne: Bool = false, _ compute: () async throws -> [BoardName: BoardTrend]
    ) async throws -> [BoardName: BoardTrend] {
        let began = clock.monotonic()
        if let known = kept.withLock({ $0 }), began < known.until, !isForOne || known.cost > Self.little {
            return known.trends
        }
        let trends = try await compute()
        let ended = clock.monotonic()
        let cost = ended.duration(since: began)
        let rest = max(Self.freshness, cost * Self.rest)
        kept.withLock { $0 = Kept(until: ended.advanced(by: rest), trends: trends, cost: cost) }
        return trends
    }
}

extension APIServices {
    /// What the past of each board says of it; empty in a lab that does not look back.
    func boardTrends(isForOne: Bool = false) async throws -> [BoardName: BoardTrend] {
        guard let history = dependencies.history else { return [:] }
        return try await trends.trends(clock: dependencies.clock, isForOne: isForOne) {
            let boards = try await store.boards()
            let types = Dictionary(boards.map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
            return BoardTrends(runs: try await history.recentRuns(), types: types).all()
        }
    }

    /// - Throws: 404 in a lab that does not look back.
    func history() throws(APIError) -> any HistoryReading {
        guard let history = dependencies.history else { throw .notFound("this lab keeps no history") }
        return history
    }
}
