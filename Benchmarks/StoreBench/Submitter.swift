import Foundation
import JobDSL
import LabModel
import LabStore

/// Takes a job in as `POST /jobs` does: compile, check against the board's type, store. The regular expressions are
/// left out: the pattern engine has rows of its own.
struct Submitter {
    let store: SQLiteStore
    let compiler = JobCompiler()
    let catalog: DeviceTypeCatalog

    static let board = BoardDefinition(
        name: BoardName(rawValue: "qemu-1"), type: DeviceTypeName(rawValue: "qemu"), driver: "qemu")

    /// - Parameter path: of the database.
    init(path: String) async throws {
        store = try SQLiteStore(path: path, clock: SystemLabClock())
        _ = try await store.beginEpoch()
        try await store.setBoards([Self.board])
        // The lab's own device types, as labd finds them: `LABD_SHARE`, or the checkout that one stands in.
        let share = ProcessInfo.processInfo.environment["LABD_SHARE"] ?? "."
        catalog = DeviceTypeCatalog(folders: [share + "/device-types"])
        _ = try catalog.profile(of: Self.board.type)
    }

    func submit(_ text: String) async throws -> JobID {
        let boards = try await store.boards()
        let compiled = compiler.compile(text)
        guard let plan = compiled.plan, let type = plan.deviceType, plan.unsupported.isEmpty,
            boards.contains(where: { $0.type == type })
        else { throw Failure(.job, "the reference job is refused: \(compiled.diagnostics)") }
        let profile = try catalog.profile(of: type, variables: Self.board.variables, context: plan.context)
        guard compiler.check(plan, against: profile).isEmpty else {
            throw Failure(.job, "the reference job does not fit its board")
        }
        return try await store.submit(NewJob(plan: plan, definition: text, submitter: "bench"))
    }
}
