import LabModel

/// Reads an entry of `interactive`.
struct InteractiveReader {
    let reading: JobReading
    private var findings: Findings { reading.findings }

    init(reading: JobReading) {
        self.reading = reading
    }

    func read(_ node: YAMLNode) -> InteractiveScript? {
        guard let map = MapReader(node, "an interactive test", findings) else { return nil }
        let name = map.requiredText("name")
        let prompts = map.required("prompts").flatMap { findings.oneOrMore($0, "`prompts`") } ?? []
        var script = InteractiveScript(name: name ?? "", prompts: prompts, steps: [])
        if let echo = map.string("echo") {
            if echo != "discard" {
                findings.unknownWord(echo, at: map.position(of: "echo"), "`echo`", words: ["discard"])
            }
            script.discardsEcho = echo == "discard"
        }
        script.expected = map.strings("expected")
        let steps = map.required("script").flatMap { findings.list($0, "`script`") } ?? []
        script.steps = steps.compactMap { step($0) }
        map.finish(unknown: .warning)
        return script
    }

    private func step(_ node: YAMLNode) -> InteractiveScript.Step? {
        guard let map = MapReader(node, "a step of `script`", findings) else { return nil }
        let relays = ["lava-send", "lava-sync", "lava-wait", "lava-wait-all"]
        let relayed = map.given(among: relays)
        map.knows(relays)
        if relayed.isEmpty, map.entry("command") == nil {
            findings.error(
                at: map.position, "a step of `script` needs `command`",
                suggestion: "write `command: null` to wait without typing")
        }
        var step = InteractiveScript.Step(command: map.string("command"), name: map.string("name"))
        step.delay = .seconds(map.int("delay", in: 0...86_400) ?? 0)
        step.waitsForPrompt = map.bool("wait_for_prompt") ?? true
        step.successes = (map.list("successes") ?? []).compactMap { success($0) }
        step.failures = (map.list("failures") ?? []).compactMap { failure($0) }
        if let relay = relayed.first { step.groupCall = groupCall(relay, relayed, in: map) }
        map.finish(unknown: .warning)
        return step
    }

    /// `lava-send: ID KEY=VALUE…` and its like.
    private func groupCall(_ key: String, _ given: [String], in map: MapReader) -> GroupCall? {
        if given.count > 1 {
            findings.error(
                at: map.position(of: given[1]), "a step of `script` takes only one of \(given.joined(separator: ", "))")
        }
        if map.node("command") != nil {
            findings.error(at: map.position(of: "command"), "`\(key)` talks to the group: it takes no `command`")
        }
        guard reading.isMultinode else {
            // There is nobody to talk to.
            reading.doesNotRun("interactive `\(key)`", at: map.position(of: key))
            return nil
        }
        guard let verb = GroupCall.Verb(rawValue: key), let text = map.requiredText(key) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        guard let message = words.first, !message.contains("=") else {
            findings.error(at: map.position(of: key), "`\(key)` needs the name of a message first")
            return nil
        }
        let pairs = words.dropFirst().compactMap { word in
            word.firstIndex(of: "=").map { (String(word[..<$0]), String(word[word.index(after: $0)...])) }
        }
        let role = verb == .waitAll && words.count > 1 ? words[1] : nil
        return GroupCall(
            verb: verb, message: message, role: role,
            values: verb == .send ? Dictionary(pairs, uniquingKeysWith: { $1 }) : [:])
    }

    private func success(_ node: YAMLNode) -> String? {
        guard let map = MapReader(node, "an entry of `successes`", findings) else { return nil }
        let message = map.requiredText("message")
        map.finish(unknown: .warning)
        return message
    }

    private func failure(_ node: YAMLNode) -> InteractiveScript.Failing? {
        guard let map = MapReader(node, "an entry of `failures`", findings) else { return nil }
        let types = ["InfrastructureError": ErrorType.infrastructure, "JobError": .job, "TestError": .test]
        var failing = InteractiveScript.Failing(message: map.requiredText("message") ?? "", error: map.string("error"))
        if let word = map.string("exception") {
            failing.errorType = types[word]
            if types[word] == nil {
                findings.unknownWord(
                    word, at: map.position(of: "exception"), "`exception`", words: types.keys.sorted())
            }
        }
        map.finish(unknown: .warning)
        return failing
    }
}
