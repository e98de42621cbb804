import LabAPI
import LabModel

/// The way of a recurring job's text: the same as that of a text that comes over the API.
struct ScheduledAdmission: Sendable {
    let compiler: CompilerBridge
    let boards: Boards
    let store: any Store

    func admit(_ text: String) async throws(Failure) -> [[JobPlan]] {
        let records = try await store.boards().map { $0.regarding(boards.standing($0.name)) }
        return try JobGate(compiler: compiler).admit(text, boards: records)
    }
}
