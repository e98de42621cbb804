import LabModel

/// Reads an entry of `definitions`.
struct TestDefinitionRequestReader {
    let reading: JobReading
    private var findings: Findings { reading.findings }
    private static let installParts: Set<String> = ["keys", "sources", "deps", "steps", "git-repos", "all"]

    init(reading: JobReading) {
        self.reading = reading
    }

    func read(_ node: YAMLNode) -> TestDefinitionRequest? {
        guard let map = MapReader(node, "a test definition", findings) else { return nil }
        let name = name(map)
        let source = source(map)
        var request = TestDefinitionRequest(
            name: name ?? "", source: source ?? .url(TestDefinitionRequest.URLSource(url: "")),
            path: path(map) ?? "", position: node.position)
        request.parameters = parameters(map)
        request.skipInstall = skipInstall(map)
        if let signal = map.string("lava-signal") {
            request.usesKernelMessages = signal == "kmsg"
            if !["stdout", "kmsg"].contains(signal) {
                findings.unknownWord(
                    signal, at: map.position(of: "lava-signal"), "`lava-signal`", words: ["stdout", "kmsg"])
            }
        }
        request.expected = map.strings("expected")
        reading.refuse(["docker"], of: map, in: "test definition")
        map.finish(unknown: .warning)
        return name == nil || source == nil ? nil : request
    }

    private func name(_ map: MapReader) -> String? {
        guard let name = map.requiredText("name"), let position = map.node("name")?.position else { return nil }
        guard name.utf8.count <= 200, name.utf8.allSatisfy({ isNameByte($0) }) else {
            findings.error(
                at: position, "`\(cutExcerpt(name))` cannot name a test definition",
                suggestion: "use letters, digits, `_` and `-`")
            return nil
        }
        if name == "lava" {
            findings.error(
                at: position, "`lava` is the name of the lab's own results", suggestion: "choose another name")
        }
        reading.claim(definition: name, at: position)
        return name
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// A path inside a repository; it must not lead out of it.
    private func path(_ map: MapReader) -> String? {
        guard let path = map.requiredText("path") else { return nil }
        if path.first == "/" || path.split(separator: "/").contains("..") {
            findings.error(
                at: map.position(of: "path"), "`path` must stay inside the repository", excerpt: cutExcerpt(path))
        }
        return path
    }

    private func source(_ map: MapReader) -> TestDefinitionRequest.Source? {
        guard let from = map.required("from"), let word = findings.string(from, "`from`") else { return nil }
        switch word {
        case "inline":
            guard let node = map.required("repository") else { return nil }
            return TestDefinitionParser(findings: findings).read(node, text: nil).map { .inline($0) }
        case "git": return git(map).map { .git($0) }
        case "url": return url(map).map { .url($0) }
        default:
            findings.unknownWord(word, at: from.position, "`from`", words: ["git", "inline", "url"])
            return nil
        }
    }

    private func git(_ map: MapReader) -> TestDefinitionRequest.GitSource? {
        guard let repository = map.requiredText("repository") else { return nil }
        for key in ["repository", "branch", "revision"] where map.string(key)?.first == "-" {
            findings.error(at: map.position(of: key), "`\(key)` must not begin with `-`")
        }
        var git = TestDefinitionRequest.GitSource(repository: repository)
        git.branch = map.string("branch")
        // A revision of digits only is text all the same.
        git.revision = map.node("revision")?.scalar?.text ?? map.string("revision")
        let shallow = map.bool("shallow")
        if git.revision != nil, shallow == true {
            findings.error(at: map.position(of: "shallow"), "`shallow: true` cannot reach a `revision`")
        }
        git.isShallow = shallow ?? (git.revision == nil)
        // LAVA keeps the history unless told otherwise.
        git.keepsHistory = map.bool("history") ?? true
        git.isRecursive = map.bool("recursive") ?? false
        return git
    }

    private func url(_ map: MapReader) -> TestDefinitionRequest.URLSource? {
        guard let repository = map.requiredText("repository") else { return nil }
        var source = TestDefinitionRequest.URLSource(url: repository)
        source.headers = map.stringMap("headers") ?? [:]
        source.compression = map.choice("compression")
        source.stripComponents = map.int("strip-components", in: 0...100) ?? 0
        source.sha256 = map.string("sha256sum")?.lowercased()
        return source
    }

    private func parameters(_ map: MapReader) -> [ShellVariable] {
        let parameters = map.node("parameters").flatMap { findings.shellVariables($0, "`parameters`") } ?? []
        let params = map.node("params").flatMap { findings.shellVariables($0, "`params`") } ?? []
        let later = Set(params.map(\.name))
        return parameters.filter { !later.contains($0.name) } + params
    }

    private func skipInstall(_ map: MapReader) -> [String] {
        guard let node = map.node("skip_install"), let parts = findings.oneOrMore(node, "`skip_install`") else {
            return []
        }
        for part in parts where !Self.installParts.contains(part) {
            findings.warning(at: node.position, "`skip_install` knows no `\(cutExcerpt(part))`")
        }
        return parts
    }
}
