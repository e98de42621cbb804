import LabModel

/// Reads `protocols: lava-multinode`: the roles of a group, lava-compat 1.7.
struct GroupReader {
    /// More jobs in one group than any lab has boards for it.
    static let mostJobs = 100

    let reading: JobReading
    private var findings: Findings { reading.findings }

    init(reading: JobReading) {
        self.reading = reading
    }

    /// Nil, with errors, when there is nothing to divide a job by.
    func read(_ node: YAMLNode) -> GroupRequest? {
        reading.isMultinode = true
        guard let map = MapReader(node, "`lava-multinode`", findings) else { return nil }
        let timeout = map.node("timeout").flatMap { findings.lavaDuration($0, "`timeout`") { _ in } }
        guard let roles = map.required("roles") else { return nil }
        guard let entries = roles.entries else {
            findings.mismatch(roles, "`roles`", needs: "a mapping")
            return nil
        }
        let group = GroupRequest(roles: entries.compactMap { role($0, timeout: timeout) }, position: roles.position)
        map.finish(unknown: .warning)
        let count = group.roles.reduce(0) { $0 + ($1.isGuest ? 0 : $1.count) }
        if entries.isEmpty || (count == 0 && group.roles.count == entries.count) {
            findings.error(at: roles.position, "`roles` needs at least one board")
        } else if count > Self.mostJobs {
            findings.error(
                at: roles.position, "the boards of all roles must be from 1 to \(Self.mostJobs), not \(count)")
        }
        return group
    }

    private func role(_ entry: YAMLEntry, timeout: Duration?) -> GroupRequest.Role? {
        let what = "the role `\(cutExcerpt(entry.key))`"
        checkName(entry)
        guard let map = MapReader(entry.value, what, findings) else { return nil }
        var role = GroupRequest.Role(name: entry.key, position: entry.keyPosition)
        role.count = map.required("count").flatMap { findings.int($0, "`count`", in: 0...Self.mostJobs) } ?? 0
        role.tags = map.strings("tags") ?? []
        role.isEssential = map.bool("essential") ?? false
        role.context = map.node("context").map { ContextReader(reading: reading).read($0) } ?? [:]
        role.environment = findings.variables(map, "environment")
        let own = map.node("timeout").flatMap { findings.lavaDuration($0, "`timeout`") { _ in } }
        role.waitLimit = timeout ?? own
        // The gate looks at the names in them.
        map.knows("host_role", "expect_role", "request")
        if map.node("connection") != nil {
            readGuest(map, into: &role, what: what)
        } else {
            readBoard(map, into: &role)
        }
        map.finish(unknown: .warning)
        return role
    }

    private func checkName(_ entry: YAMLEntry) {
        let fits =
            (1...64).contains(entry.key.utf8.count)
            && entry.key.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f && $0 != "'" && $0 != "\"" }
        guard !fits else { return }
        findings.error(
            at: entry.keyPosition, "`\(cutExcerpt(entry.key))` cannot be the name of a role",
            suggestion: "use at most 64 letters, digits, `_` and `-`")
    }

    private func readBoard(_ map: MapReader, into role: inout GroupRequest.Role) {
        role.deviceType = map.requiredText("device_type").map { DeviceTypeName(rawValue: $0) }
        role.deviceTypePosition = map.node("device_type")?.position
        role.board = map.string("device").map { BoardName(rawValue: $0) }
        role.worker = map.string("worker")
        if role.board != nil, role.count > 1 {
            findings.error(
                at: map.position(of: "count"), "`count` must be from 0 to 1 with `device`, not \(role.count)",
                suggestion: "one board has one place in a group")
        }
    }

    /// A guest of another role's board, such as a virtual machine that is reached over ssh.
    private func readGuest(_ map: MapReader, into role: inout GroupRequest.Role, what: String) {
        role.isGuest = true
        let connection = map.string("connection") ?? ""
        reading.doesNotRun("connection `\(cutExcerpt(connection))` of a role", at: map.position(of: "connection"))
        for key in ["device_type", "device", "worker"] where map.node(key) != nil {
            findings.error(
                at: map.position(of: key), "\(what) takes only one of connection, \(key)",
                suggestion: "a guest has the board of its `host_role`")
        }
        _ = map.required("host_role")
    }
}
