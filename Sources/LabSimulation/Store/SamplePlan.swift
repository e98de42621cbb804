public import LabModel

extension JobPlan {
    /// A plan with one block that nobody runs, for tests of what happens around runs.
    public static func sample(
        _ name: String = "sample", type: String? = "model", board: String? = nil, priority: Int = 50,
        tags: [String] = [], queueTimeout: Duration? = nil, role: GroupRole? = nil, retries: Int? = nil,
        needs: [JobNeed]? = nil, holdOnFailure: Duration? = nil
    ) -> JobPlan {
        JobPlan(
            name: name, deviceType: type.map(DeviceTypeName.init(rawValue:)),
            board: board.map(BoardName.init(rawValue:)), priority: priority, tags: tags,
            timeouts: JobTimeouts(job: .seconds(60), queue: queueTimeout),
            blocks: [ActionBlock(index: 0, action: .command(CommandAction(name: "hard_reset")))], role: role,
            retries: retries, holdOnFailure: holdOnFailure, needs: needs)
    }
}

extension NewJob {
    /// A job around a sample plan.
    public static func sample(_ plan: JobPlan = .sample(), submitter: String = "tester") -> NewJob {
        NewJob(plan: plan, definition: "job_name: \(plan.name)\n", submitter: submitter)
    }
}

extension BoardDefinition {
    /// A board that needs no driver.
    public static func sample(_ name: String, type: String = "model", tags: [String] = []) -> BoardDefinition {
        BoardDefinition(
            name: BoardName(rawValue: name), type: DeviceTypeName(rawValue: type), tags: tags, driver: "model")
    }
}
