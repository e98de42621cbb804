import LabModel

/// Reads `actions`: a list of blocks, each a mapping with one key.
struct BlockListReader {
    let reading: JobReading
    let jobTimeout: Duration?
    /// The roles of a multinode job; nil for a job of its own.
    let roles: [String]?
    private var findings: Findings { reading.findings }
    private let kinds = ["deploy", "boot", "test", "command", "power_cut"]

    init(reading: JobReading, jobTimeout: Duration?, roles: [String]? = nil) {
        self.reading = reading
        self.jobTimeout = jobTimeout
        self.roles = roles
    }

    func read(_ node: YAMLNode) -> [ActionBlock] {
        guard let elements = findings.list(node, "`actions`") else { return [] }
        if elements.isEmpty { findings.error(at: node.position, "`actions` needs at least one block") }
        return elements.enumerated().compactMap { index, element in block(element, index: index) }
    }

    /// Checks the blocks of one job together.
    func check(_ blocks: [ActionBlock]) {
        checkNamespaces(blocks)
        checkCutsFollowBoots(blocks)
    }

    private func block(_ node: YAMLNode, index: Int) -> ActionBlock? {
        guard let entries = node.entries else {
            findings.mismatch(node, "an entry of `actions`", needs: "a mapping with one key such as `boot`")
            return nil
        }
        guard entries.count == 1, let entry = entries.first else {
            findings.error(
                at: node.position, "a block of `actions` has \(entries.count) keys; it needs exactly one",
                suggestion: entries.count > 1 ? "indent what belongs to `\(cutExcerpt(entries[0].key))` below it" : nil)
            return nil
        }
        guard kinds.contains(entry.key) else {
            findings.unknownWord(entry.key, at: entry.keyPosition, "a block of `actions`", words: kinds)
            return nil
        }
        guard let map = MapReader(entry.value, "`\(entry.key)`", findings) else { return nil }
        return read(map, kind: entry.key, index: index, position: entry.keyPosition)
    }

    private func read(_ map: MapReader, kind: String, index: Int, position: SourcePosition) -> ActionBlock? {
        var block = ActionBlock(index: index, action: .unsupported(kind: kind, method: ""), position: position)
        readCommonKeys(map, kind: kind, into: &block)
        let action: Action? =
            switch kind {
            case "deploy": DeployReader(reading: reading).read(map)
            case "boot": BootReader(reading: reading).read(map)
            case "test": TestReader(reading: reading).read(map)
            case "command": CommandReader(reading: reading).read(map)
            default: PowerCutReader(reading: reading).read(map)
            }
        guard let action else { return nil }
        block.action = action
        switch action {
        case .powerCut(let cut):
            checkTime(
                offFor: cut.offFor, within: cut.alive.within, in: block.timeouts.block,
                at: map.node("timeout")?.position ?? position)
            map.finish(unknown: .error)
        case .powerCutSampling(let sampling):
            checkTime(
                offFor: sampling.offFor, within: sampling.alive.within, in: block.timeouts.block,
                at: map.node("timeout")?.position ?? position)
            map.finish(unknown: .error)
        case .powerCutExploration: map.finish(unknown: .error)
        case .unsupported: map.finish(unknown: .ignored)
        default: map.finish(unknown: .warning)
        }
        return block
    }

    /// A board that is off, or may still be booting, when the block's time is up never gets its verdict.
    private func checkTime(offFor: Duration, within: Duration, in block: Duration?, at position: SourcePosition) {
        guard let block, block < offFor + within else { return }
        findings.error(
            at: position,
            "`timeout` of \(block) is shorter than `off_for` and `alive.within` together, \(offFor) and "
                + "\(within)",
            suggestion: "a board that does not come back could not be judged")
    }

    private func readCommonKeys(_ map: MapReader, kind: String, into block: inout ActionBlock) {
        block.timeouts = TimeoutReader(findings).block(map, kind: kind, jobTimeout: jobTimeout)
        block.failureRetry = map.int("failure_retry", in: 1...1000)
        block.repeatCount = map.int("repeat", in: 1...100_000)
        if block.failureRetry != nil, block.repeatCount != nil {
            findings.error(at: map.position(of: "repeat"), "a block takes `failure_retry` or `repeat`, not both")
        }
        if let seconds = map.int("failure_retry_interval", in: 0...86_400) {
            block.failureRetryInterval = .seconds(seconds)
        }
        if kind == "boot" || kind == "test" { block.fatalFindings = fatalFindings(map) }
        if let roles { readRoles(map, kind: kind, among: roles, into: &block) }
        // A power cut is our own: of LAVA's keys for several machines it has only `role`.
        guard kind != "power_cut" else { return }
        block.namespace = map.string("namespace")
        block.connectionNamespace = map.string("connection-namespace")
        if let name = block.namespace, ["common", "docker-test-shell"].contains(name) {
            findings.error(at: map.position(of: "namespace"), "`\(name)` is a reserved namespace")
        }
        guard roles != nil else {
            block.roles = map.oneOrMore("role") ?? []
            return reading.refuse(["protocols"], of: map, in: kind)
        }
        block.groupCalls = map.node("protocols").map {
            GroupCallReader(reading: reading).read($0, in: kind, roles: roles ?? [])
        }
    }

    /// In a group every block says whose it is.
    private func readRoles(_ map: MapReader, kind: String, among roles: [String], into block: inout ActionBlock) {
        reading.roles = []
        guard let node = map.required("role"), let names = findings.oneOrMore(node, "`role`") else { return }
        for (name, place) in zip(names, node.elements ?? [node]) where !roles.contains(name) {
            findings.warning(
                at: place.position, "no role has the name `\(cutExcerpt(name))`",
                suggestion: findings.suggestion(for: name, among: roles))
        }
        block.roles = names
        reading.roles = roles.filter(names.contains)
    }

    /// `fatal_findings`, a key of ours: kernel messages that end the block.
    private func fatalFindings(_ map: MapReader) -> [String] {
        let known = KernelFindings.all.map(\.kind)
        let kinds = map.node("fatal_findings").flatMap { findings.oneOrMore($0, "`fatal_findings`") } ?? []
        for kind in kinds where !known.contains(kind) {
            findings.unknownWord(
                kind, at: map.position(of: "fatal_findings"), "an entry of `fatal_findings`", words: known)
        }
        return kinds.filter(known.contains)
    }

    /// One board has one console and one set of files: several namespaces need more of both.
    private func checkNamespaces(_ blocks: [ActionBlock]) {
        let named = blocks.filter { $0.namespace != nil }
        let names = Set(named.compactMap(\.namespace))
        if let other = named.first(where: { $0.namespace != named.first?.namespace }), names.count > 1 {
            reading.doesNotRun("more than one `namespace`", at: other.position)
        }
        if let other = blocks.first(where: { $0.connectionNamespace != nil && $0.connectionNamespace != $0.namespace })
        {
            reading.doesNotRun("`connection-namespace`", at: other.position)
        }
        let withoutName = blocks.first { block in
            switch block.action {
            case .powerCut, .powerCutExploration, .powerCutSampling: return false
            default: return block.namespace == nil
            }
        }
        if !named.isEmpty, let withoutName {
            findings.warning(
                at: withoutName.position, "this block has no `namespace` while others have one",
                suggestion: "LAVA wants it on every block or on none")
        }
    }

    private func checkCutsFollowBoots(_ blocks: [ActionBlock]) {
        var hasBooted = false
        for block in blocks {
            switch block.action {
            case .boot, .unsupported(kind: "boot", _): hasBooted = true
            case .powerCut where !hasBooted, .powerCutSampling where !hasBooted:
                findings.error(
                    at: block.position, "`power_cut` needs a booted board",
                    suggestion: "put a `boot` block before it")
            case .powerCutExploration(let exploration) where !hasBooted && exploration.prompts.isEmpty:
                findings.error(
                    at: block.position, "`power_cut` needs `prompts`",
                    suggestion: "give it `prompts`, or put a `boot` block before it")
            default: break
            }
        }
    }
}
