import LabModel
import Synchronization

/// A past that the API's tests write themselves.
final class FakeHistory: HistoryReading {
    struct Contents {
        var outcomes = CaseOutcomes(outcomes: [])
        var flaky: [FlakyCase] = []
        var changes: [CaseChange] = []
        var runs: [BoardName: [BoardRun]] = [:]
        var good: [BoardRun] = []
        var health: [HealthChange] = []
        var lastCase: CaseQuery?
        var lastChange: ChangeQuery?
    }

    private let contents = Mutex(Contents())

    func with<Value: Sendable>(_ body: (inout Contents) -> Value) -> Value {
        contents.withLock { body(&$0) }
    }

    func outcomes(_ query: CaseQuery) async throws(Failure) -> CaseOutcomes {
        with { contents in
            contents.lastCase = query
            return contents.outcomes
        }
    }

    func flaky(_ query: ChangeQuery) async throws(Failure) -> ChangeReport<FlakyCase> {
        with { contents in
            contents.lastChange = query
            return ChangeReport(items: contents.flaky, total: 7, results: 100, withoutBuild: 3, isCut: true)
        }
    }

    func changes(_ query: ChangeQuery) async throws(Failure) -> ChangeReport<CaseChange> {
        with { contents in
            contents.lastChange = query
            return ChangeReport(items: contents.changes, total: 1, results: 100, withoutBuild: 3, isCut: false)
        }
    }

    func runs(on board: BoardName, limit: Int) async throws(Failure) -> [BoardRun] {
        with { Array(($0.runs[board] ?? []).prefix(limit)) }
    }

    func recentRuns() async throws(Failure) -> [BoardName: [BoardRun]] { with { $0.runs } }

    func healthChanges(of board: BoardName, limit: Int) async throws(Failure) -> [HealthChange] { with { $0.health } }

    func goodBoots(before job: JobID, limit: Int) async throws(Failure) -> [BoardRun] { with { $0.good } }
}
