import LabModel

/// Reads a `power_cut` block. It is labd's own, so it is closed: an unknown key is an error.
struct PowerCutReader {
    let reading: JobReading
    private var findings: Findings { reading.findings }

    init(reading: JobReading) {
        self.reading = reading
    }

    func read(_ map: MapReader) -> Action? {
        if isVirtual(map) { return ExplorationReader(keys: self, findings: findings).read(map) }
        if isCampaign(map) { return SamplingReader(keys: self, findings: findings).read(map) }
        let name = map.string("name") ?? "power-cut"
        checkWord(name, at: map.position(of: "name"))
        let run = command(map, "start")
        let trigger = map.required("trigger").flatMap { self.trigger($0) }
        let alive = map.required("alive").flatMap { self.alive($0) }
        guard let run, let trigger, let alive else {
            readOptional(map, into: nil)
            return nil
        }
        var cut = PowerCutAction(name: name, run: run, trigger: trigger, alive: alive)
        readOptional(map, into: { $0(&cut) })
        checkVersionGroup(of: cut, at: map.map("alive")?.node("marker")?.position ?? map.position)
        return .powerCut(cut)
    }

    /// Names of test cases travel in signals, which end at spaces and at `>`.
    func checkWord(_ name: String, at position: SourcePosition) {
        if name.isEmpty || name.contains(where: { $0.isWhitespace || $0 == ">" }) {
            findings.error(at: position, "`name` must be one word", excerpt: cutExcerpt(name))
        }
    }

    private func isVirtual(_ map: MapReader) -> Bool {
        guard let word = onKey(map) else { return false }
        switch word.text {
        case "real": return false
        case "virtual": return true
        default:
            findings.unknownWord(word.text, at: word.position, "`on`", words: ["real", "virtual"])
            return false
        }
    }

    /// More than one cut, or a key that only a campaign has.
    private func isCampaign(_ map: MapReader) -> Bool {
        if !map.given(among: SamplingReader.ownKeys).isEmpty { return true }
        return map.int("cuts", in: 1...100_000).map { $0 > 1 } ?? false
    }

    private func onKey(_ map: MapReader) -> (text: String, position: SourcePosition)? {
        guard let node = map.node("on"), let text = findings.string(node, "`on`") else { return nil }
        return (text, node.position)
    }

    /// Reads what may be missing; `store` is nil when something needed is missing and only mistakes are looked for.
    private func readOptional(_ map: MapReader, into store: (((inout PowerCutAction) -> Void) -> Void)?) {
        let offFor = map.duration("off_for")
        let whole = map.node("whole").flatMap { runCommand($0, "`whole`") }
        let checks = (map.list("checks") ?? []).compactMap { check($0) }
        let versions = map.map("versions")
        let old = versions?.string("old")
        let new = versions?.string("new")
        versions?.finish(unknown: .error)
        let allowed = allowed(map)
        let prompts = map.oneOrMore("prompts")
        store? { cut in
            if let offFor { cut.offFor = offFor }
            cut.whole = whole
            cut.checks = checks
            cut.oldVersion = old
            cut.newVersion = new
            if let allowed { cut.allowed = allowed }
            cut.prompts = prompts ?? []
        }
    }

    /// Versions can be told apart only by what the marker captures.
    private func checkVersionGroup(of cut: PowerCutAction, at position: SourcePosition) {
        guard cut.oldVersion != nil || cut.newVersion != nil else { return }
        checkVersionGroup(of: cut.alive.marker, at: position)
    }

    func checkVersionGroup(of marker: String, at position: SourcePosition) {
        guard !hasCapturingGroup(marker) else { return }
        findings.warning(
            at: position, "`alive.marker` has no group that tells the version, so `versions` cannot be compared",
            suggestion: #"write for example `version=(?<version>\S+)`"#)
    }

    func command(_ map: MapReader, _ key: String) -> String? {
        map.required(key).flatMap { runCommand($0, "`\(key)`") }
    }

    /// `{run: "..."}`.
    func runCommand(_ node: YAMLNode, _ what: String) -> String? {
        guard let map = MapReader(node, what, findings) else { return nil }
        let run = line(map)
        map.finish(unknown: .error)
        return run
    }

    /// A command is typed, so it is one line.
    func line(_ map: MapReader) -> String? {
        guard let run = map.requiredText("run"), let position = map.node("run")?.position else { return nil }
        if run.contains(where: \.isNewline) {
            findings.error(at: position, "`run` must be one line", excerpt: cutExcerpt(run))
            return nil
        }
        return run
    }

    private func trigger(_ node: YAMLNode) -> PowerCutAction.Trigger? {
        guard let map = MapReader(node, "`trigger`", findings) else { return nil }
        let marker = map.node("marker") == nil ? nil : map.requiredText("marker")
        let delay = map.duration("delay", allowsZero: true)
        if map.node("marker") == nil, map.node("delay") == nil {
            findings.error(at: node.position, "`trigger` needs `marker`, `delay` or both")
        }
        map.finish(unknown: .error)
        return PowerCutAction.Trigger(marker: marker, delay: delay ?? .zero)
    }

    func alive(_ node: YAMLNode) -> PowerCutAction.Alive? {
        guard let map = MapReader(node, "`alive`", findings) else { return nil }
        let marker = map.requiredText("marker")
        var alive = PowerCutAction.Alive(marker: marker ?? "")
        if let within = map.duration("within") { alive.within = within }
        if let boots = map.int("max_boots", in: 1...100) { alive.maxBoots = boots }
        map.finish(unknown: .error)
        return marker == nil ? nil : alive
    }

    private func check(_ node: YAMLNode) -> PowerCutAction.Check? {
        guard let map = MapReader(node, "an entry of `checks`", findings) else { return nil }
        let name = map.requiredText("name")
        let run = line(map)
        map.finish(unknown: .error)
        guard let name, let run else { return nil }
        checkWord(name, at: map.position(of: "name"))
        return PowerCutAction.Check(name: name, run: run)
    }

    private func allowed(_ map: MapReader) -> [PowerCutOutcome]? {
        guard let elements = map.list("allow") else { return nil }
        if elements.isEmpty { findings.error(at: map.position(of: "allow"), "`allow` needs at least one outcome") }
        return elements.compactMap { findings.choice($0, "an outcome of `allow`") }
    }
}
