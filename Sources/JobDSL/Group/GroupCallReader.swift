import LabModel

/// Reads `protocols` of a block in a multinode job: calls to the group that its actions make.
struct GroupCallReader {
    /// More calls than any block makes.
    private static let mostCalls = 100

    let reading: JobReading
    private var findings: Findings { reading.findings }

    init(reading: JobReading) {
        self.reading = reading
    }

    func read(_ node: YAMLNode, in kind: String, roles: [String]) -> [GroupCall] {
        guard let map = MapReader(node, "`protocols`", findings) else { return [] }
        reading.refuse(["lava-xnbd"], of: map, in: kind)
        let calls = map.list("lava-multinode") ?? []
        map.finish(unknown: .warning)
        if calls.count > Self.mostCalls {
            findings.error(at: map.position(of: "lava-multinode"), "calls must be from 0 to \(Self.mostCalls)")
        }
        return calls.prefix(Self.mostCalls).compactMap { call($0, roles: roles) }
    }

    private func call(_ node: YAMLNode, roles: [String]) -> GroupCall? {
        guard let map = MapReader(node, "a call of `lava-multinode`", findings) else { return nil }
        let action = map.requiredText("action")
        let request = map.required("request")
        let verb = request.flatMap { self.verb($0) }
        let message = verb == .start ? map.string("messageID") ?? "lava_start" : map.requiredText("messageID")
        if let message, message.contains(where: { $0.isWhitespace }) {
            findings.error(at: map.position(of: "messageID"), "`messageID` cannot be a text with blanks")
        }
        let values = map.node("message").flatMap { self.values($0) } ?? [:]
        let role = map.string("role")
        if let role, !roles.contains(role) {
            findings.unknownWord(role, at: map.position(of: "role"), "`role`", words: roles)
        }
        let timeout = map.node("timeout").flatMap { findings.lavaDuration($0, "`timeout`") { _ in } }
        map.finish(unknown: .warning)
        guard let verb, let message else { return nil }
        return GroupCall(verb: verb, message: message, role: role, values: values, timeout: timeout, action: action)
    }

    private func verb(_ node: YAMLNode) -> GroupCall.Verb? {
        guard let word = findings.string(node, "`request`") else { return nil }
        // LAVA takes both ways to join words.
        let verb = GroupCall.Verb(rawValue: word.replacing("_", with: "-"))
        if verb == nil {
            findings.unknownWord(
                word, at: node.position, "`request`", words: GroupCall.Verb.allCases.map(\.rawValue))
        }
        return verb
    }

    /// A text alone is a key without a value, as LAVA sends it.
    private func values(_ node: YAMLNode) -> [String: String] {
        if let text = node.scalar, !node.isNull { return [text.text: ""] }
        return findings.stringMap(node, "`message`") ?? [:]
    }
}
