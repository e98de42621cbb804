import LabModel

/// The roles of a multinode job, and the jobs that they make.
struct GroupRequest {
    struct Role {
        var name: String
        var position: SourcePosition
        var count = 0
        var deviceType: DeviceTypeName?
        var deviceTypePosition: SourcePosition?
        var board: BoardName?
        var worker: String?
        var tags: [String] = []
        var context: [String: DataValue] = [:]
        var environment: [String: String] = [:]
        var isEssential = false
        var waitLimit: Duration?
        /// Whether it runs on the board of another role.
        var isGuest = false
    }

    /// In the order of the text.
    var roles: [Role]
    var position: SourcePosition

    var names: [String] { roles.map(\.name) }

    /// One plan for each place of each role, in LAVA's order: role by role, as the text has them.
    ///
    /// - Parameters:
    ///   - plan: what all jobs have in common.
    ///   - blocks: those of all roles.
    ///   - check: looks at the blocks of one job. Called once for all roles that have the same blocks.
    func members(
        of plan: JobPlan, blocks: [ActionBlock], _ findings: Findings, check: ([ActionBlock]) -> Void
    ) -> [JobPlan] {
        var checked: Set<[Int]> = []
        var plans: [JobPlan] = []
        for role in roles where !role.isGuest {
            var own = blocks.filter { $0.roles.contains(role.name) }
            if own.isEmpty, role.count > 0 {
                findings.error(
                    at: role.position, "the role `\(cutExcerpt(role.name))` needs at least one block of `actions`",
                    suggestion: "name it in the `role` of a block")
            }
            if checked.insert(own.map(\.index)).inserted { check(own) }
            for index in own.indices { own[index].index = index }
            var member = plan
            member.deviceType = role.deviceType
            member.deviceTypePosition = role.deviceTypePosition
            member.board = role.board
            member.worker = role.worker
            member.tags = role.tags
            member.context = role.context
            member.environment = role.environment
            member.role = GroupRole(name: role.name, isEssential: role.isEssential, waitLimit: role.waitLimit)
            member.blocks = own
            plans += Array(repeating: member, count: role.count)
        }
        return plans
    }
}
