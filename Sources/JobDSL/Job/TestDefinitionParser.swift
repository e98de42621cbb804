import LabModel

/// Reads a test definition, from a file or from within a job.
struct TestDefinitionParser {
    let findings: Findings
    private static let format = "Lava-Test Test Definition 1.0"

    /// - Parameter text: the definition as it was written; nil writes the tree out again.
    func read(_ node: YAMLNode, text: String?) -> TestDefinition? {
        guard let map = MapReader(node, "the test definition", findings) else { return nil }
        var definition = TestDefinition(name: "", steps: [], text: text ?? YAMLWriter.text(of: node))
        if let metadata = map.required("metadata").flatMap({ MapReader($0, "`metadata`", findings) }) {
            definition.name = metadata.requiredString("name") ?? ""
            definition.description = metadata.string("description")
            if let format = metadata.requiredString("format"), format != Self.format {
                findings.warning(
                    at: metadata.node("format")?.position ?? metadata.position,
                    "the format `\(cutExcerpt(format))` is not known", suggestion: "write `\(Self.format)`")
            }
        }
        for key in ["params", "parameters"] {
            if let node = map.node(key) {
                definition.parameters += findings.shellVariables(node, "`\(key)`") ?? []
            }
        }
        if let install = map.map("install") { definition.install = self.install(install) }
        definition.steps = steps(map)
        definition.parse = map.map("parse").flatMap { parse($0) }
        definition.expected = map.strings("expected")
        map.finish(unknown: .warning)
        return definition
    }

    private func steps(_ map: MapReader) -> [String] {
        guard let run = map.map("run") else {
            findings.warning(at: map.position, "the test definition has no `run`, so it runs nothing")
            return []
        }
        let steps = run.required("steps").flatMap { findings.oneOrMore($0, "`steps`") }
        run.finish(unknown: .warning)
        return steps ?? []
    }

    private func parse(_ map: MapReader) -> TestDefinition.ParseRule? {
        let pattern = map.requiredText("pattern")
        let rule = TestDefinition.ParseRule(pattern: pattern ?? "", fixups: Fixups.read(map))
        map.finish(unknown: .warning)
        return pattern == nil ? nil : rule
    }

    private func install(_ map: MapReader) -> TestDefinition.Install {
        var install = TestDefinition.Install()
        install.dependencies = map.oneOrMore("deps") ?? []
        install.keys = map.oneOrMore("keys") ?? []
        install.sources = map.oneOrMore("sources") ?? []
        install.steps = map.oneOrMore("steps") ?? []
        install.gitRepositories = (map.list("git-repos") ?? []).compactMap { gitRepository($0) }
        for entry in map.unread() where entry.key.hasPrefix("deps-") {
            install.dependenciesByOS[String(entry.key.dropFirst(5))] = map.oneOrMore(entry.key)
        }
        map.finish(unknown: .warning)
        return install
    }

    private func gitRepository(_ node: YAMLNode) -> TestDefinition.GitRepository? {
        if node.scalar != nil {
            return findings.string(node, "an entry of `git-repos`").map { TestDefinition.GitRepository(url: $0) }
        }
        guard let map = MapReader(node, "an entry of `git-repos`", findings) else { return nil }
        let repository = map.requiredText("url").map {
            TestDefinition.GitRepository(
                url: $0, branch: map.string("branch"), destination: map.string("destination"))
        }
        map.knows("skip_by_default")
        map.finish(unknown: .warning)
        return repository
    }
}
