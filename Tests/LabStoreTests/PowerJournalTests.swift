import LabModel
import Testing

@testable import LabStore

@Suite struct PowerJournalTests {
    let folder: TemporaryFolder
    let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
    }

    private func begin(_ board: String, _ target: PowerTarget) async throws -> Int64 {
        try await store.begin(
            PowerIntent(
                board: BoardName(rawValue: board), target: target, kind: .switch, job: nil, reason: "test"))
    }

    @Test func onlyTheNewestIntentOfABoardCounts() async throws {
        _ = try await begin("c", .off)
        _ = try await begin("a", .off)
        try await store.end(try await begin("b", .on), state: .on, note: nil)
        // The newer one replaces what never ended.
        try await store.end(try await begin("a", .on), state: .on, note: nil)
        _ = try await begin("b", .off)
        let open = try await store.unresolvedIntents()
        #expect(open.map(\.board.rawValue) == ["b", "c"])
        #expect(open.map(\.target) == [.off, .off])
    }

    @Test func anEmptyJournalHasNoIntents() async throws {
        #expect(try await store.unresolvedIntents().isEmpty)
    }
}
