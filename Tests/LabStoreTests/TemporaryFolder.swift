import Foundation
import LabModel

@testable import LabStore

/// A folder that is gone when the test is.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("labd-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func store() throws -> SQLiteStore {
        try SQLiteStore(path: path + "/labd.db", clock: SystemLabClock())
    }
}

extension NewJob {
    static func sample(_ name: String = "sample") -> NewJob {
        let plan = JobPlan(
            name: name, deviceType: DeviceTypeName(rawValue: "qemu"), timeouts: JobTimeouts(job: .seconds(60)),
            blocks: [ActionBlock(index: 0, action: .command(CommandAction(name: "hard_reset")))])
        return NewJob(plan: plan, definition: "job_name: \(name)\n", submitter: "tester")
    }
}

extension BoardName {
    static let one = BoardName(rawValue: "one")
}

extension BoardDefinition {
    static let one = BoardDefinition(name: .one, type: DeviceTypeName(rawValue: "qemu"), driver: "sim")
}
