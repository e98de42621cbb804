import LabModel

/// Reads a `test` block.
struct TestReader {
    let reading: JobReading
    private var findings: Findings { reading.findings }
    private let forms = ["definitions", "interactive", "monitors", "services"]

    init(reading: JobReading) {
        self.reading = reading
    }

    func read(_ map: MapReader) -> Action? {
        let name = map.string("name")
        map.knows("results")
        map.knows(forms)
        let given = map.given(among: forms)
        guard given.count == 1, let form = given.first else {
            findings.error(
                at: map.position,
                given.isEmpty
                    ? "`test` needs one of \(forms.joined(separator: ", "))"
                    : "`test` takes only one of \(given.joined(separator: ", "))")
            return nil
        }
        let isInContainer = map.node("docker") != nil
        reading.refuse(["docker", "downloads-namespace", "disconnect_connection"], of: map, in: "test")
        guard let node = map.required(form), let elements = findings.list(node, "`\(form)`") else { return nil }
        if elements.isEmpty { findings.error(at: node.position, "`\(form)` needs at least one entry") }
        let content: TestAction.Content
        switch form {
        case "definitions":
            content = .definitions(elements.compactMap { TestDefinitionRequestReader(reading: reading).read($0) })
        case "interactive": content = .interactive(elements.compactMap { InteractiveReader(reading: reading).read($0) })
        case "monitors": content = .monitors(elements.compactMap { monitor($0) })
        default:
            reading.doesNotRun("test `services`", at: map.position(of: form))
            return .unsupported(kind: "test", method: form)
        }
        if isInContainer { return .unsupported(kind: "test", method: "docker") }
        return .test(TestAction(name: name, content: content))
    }

    private func monitor(_ node: YAMLNode) -> MonitorRequest? {
        guard let map = MapReader(node, "a monitor", findings) else { return nil }
        let monitor = MonitorRequest(
            name: map.requiredText("name") ?? "", start: map.requiredText("start") ?? "",
            end: map.requiredText("end") ?? "", pattern: map.requiredText("pattern") ?? "",
            fixups: Fixups.read(map), expected: map.strings("expected"))
        map.finish(unknown: .warning)
        return monitor
    }
}

/// Reads `fixupdict`: the words a test prints, and what they mean.
enum Fixups {
    static let standard = ["PASS": "pass", "FAIL": "fail", "SKIP": "skip", "UNKNOWN": "unknown"]
    private static let results = ["pass", "fail", "skip", "unknown"]

    static func read(_ map: MapReader) -> [String: String] {
        guard let node = map.node("fixupdict"), let words = map.stringMap("fixupdict") else { return standard }
        for entry in node.entries ?? [] {
            if let word = words[entry.key], !results.contains(word) {
                map.findings.unknownWord(word, at: entry.value.position, "`\(cutExcerpt(entry.key))`", words: results)
            }
        }
        return words
    }
}
