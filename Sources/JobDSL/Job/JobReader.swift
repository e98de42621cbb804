import LabModel

/// Reads the top level of a job: closed, as LAVA's submission gate has it.
struct JobReader {
    let reading: JobReading
    private var findings: Findings { reading.findings }

    init(reading: JobReading) {
        self.reading = reading
    }

    /// The plans, one for each board, as far as they could be read; only of use when no error was found.
    func read(_ root: YAMLNode) -> [JobPlan] {
        guard let job = MapReader(root, "a job", findings) else { return [] }
        let name = boundedName(job.required("job_name"), "`job_name`")
        let visibility = job.required("visibility").flatMap { self.visibility($0) }
        let timeouts = job.required("timeouts").flatMap { TimeoutReader(findings).job($0) }
        let protocols = self.protocols(job)
        let group = job.node("protocols")?["lava-multinode"].flatMap { GroupReader(reading: reading).read($0) }
        let deviceType = self.deviceType(job, isMultinode: protocols?["lava-multinode"] != nil)
        var plan = JobPlan(
            name: name ?? "", visibility: visibility ?? .public, deviceType: deviceType,
            board: job.string("device").map { BoardName(rawValue: $0) }, worker: job.string("worker"),
            priority: priority(job), tags: job.strings("tags") ?? [], timeouts: timeouts ?? JobTimeouts(job: .zero),
            context: job.node("context").map { ContextReader(reading: reading).read($0) } ?? [:],
            metadata: metadata(job), environment: findings.variables(job, "environment"),
            secrets: findings.variables(job, "secrets"), notify: notify(job),
            protocols: protocols, blocks: [], deviceTypePosition: job.node("device_type")?.position)
        if job.bool("reboot_to_fastboot") == true {
            reading.doesNotRun("`reboot_to_fastboot`", at: job.position(of: "reboot_to_fastboot"))
        }
        QueueKeysReader(findings: findings).read(job, into: &plan)
        var plans = [plan]
        if let actions = job.required("actions") {
            let reader = BlockListReader(reading: reading, jobTimeout: timeouts?.job, roles: group?.names)
            let blocks = reader.read(actions)
            if let group {
                plans = group.members(of: plan, blocks: blocks, findings) { reader.check($0) }
            } else {
                reader.check(blocks)
                plans[0].blocks = blocks
            }
        }
        job.knows("matrix")
        job.finish(unknown: .error)
        let unsupported = reading.unsupported.sorted { $0.position < $1.position }
        for index in plans.indices { plans[index].unsupported = unsupported }
        return plans
    }

    private func boundedName(_ node: YAMLNode?, _ what: String) -> String? {
        guard let node, let text = findings.string(node, what) else { return nil }
        // Code points, as LAVA counts them.
        let count = text.unicodeScalars.count
        guard (1...200).contains(count) else {
            findings.error(at: node.position, "\(what) has \(count) characters; it needs 1 to 200")
            return nil
        }
        return text
    }

    private func deviceType(_ job: MapReader, isMultinode: Bool) -> DeviceTypeName? {
        if isMultinode {
            for key in ["device_type", "environment", "context", "tags"] where job.node(key) != nil {
                findings.error(
                    at: job.position(of: key), "`\(key)` belongs to the roles of `lava-multinode`, not to the job")
            }
            return nil
        }
        return boundedName(job.required("device_type"), "`device_type`").map { DeviceTypeName(rawValue: $0) }
    }

    private func visibility(_ node: YAMLNode) -> Visibility? {
        if node.entries != nil {
            guard let map = MapReader(node, "`visibility`", findings) else { return nil }
            let groups = map.required("group").flatMap { findings.strings($0, "`group`") }
            map.finish(unknown: .error)
            return groups.map { .groups($0) }
        }
        switch findings.string(node, "`visibility`") {
        case "public": return .public
        case "personal": return .personal
        case let word?:
            findings.unknownWord(
                word, at: node.position, "`visibility`", words: ["public", "personal", "{group: [...]}"])
            return nil
        case nil: return nil
        }
    }

    private func priority(_ job: MapReader) -> Int {
        let words = ["high": 100, "medium": 50, "low": 0]
        guard let node = job.node("priority") else { return 50 }
        if let text = node.scalar?.text, let value = words[text] { return value }
        if let text = node.scalar?.text, !text.isEmpty, text.allSatisfy(\.isLetter) {
            findings.unknownWord(text, at: node.position, "`priority`", words: ["high", "medium", "low"])
            return 50
        }
        return findings.int(node, "`priority`", in: -1_000_000...1_000_000) ?? 50
    }

    private func metadata(_ job: MapReader) -> DataValue {
        guard let node = job.node("metadata") else { return .map([:]) }
        if node.entries == nil { findings.mismatch(node, "`metadata`", needs: "a mapping") }
        return DataValue(node)
    }

    private func notify(_ job: MapReader) -> DataValue? {
        guard let node = job.node("notify"), let map = MapReader(node, "`notify`", findings) else { return nil }
        if let criteria = map.required("criteria").flatMap({ MapReader($0, "`criteria`", findings) }),
            let status = criteria.required("status"), let word = findings.string(status, "`status`"),
            !LavaVocabulary.jobStatuses.contains(word)
        {
            findings.unknownWord(word, at: status.position, "`status`", words: LavaVocabulary.jobStatuses.sorted())
        }
        if map.node("callback") != nil, map.node("callbacks") != nil {
            findings.error(at: map.position(of: "callbacks"), "`notify` takes `callback` or `callbacks`, not both")
        }
        return DataValue(node)
    }

    private func protocols(_ job: MapReader) -> DataValue? {
        guard let node = job.node("protocols") else { return nil }
        guard let entries = node.entries else {
            findings.mismatch(node, "`protocols`", needs: "a mapping")
            return nil
        }
        for entry in entries {
            switch entry.key {
            case "lava-multinode": break
            case "lava-xnbd":
                reading.doesNotRun("protocol `\(entry.key)`", at: entry.keyPosition)
            case "lava-lxc":
                findings.error(at: entry.keyPosition, "the protocol `lava-lxc` was removed from LAVA")
            default:
                findings.unknownWord(
                    entry.key, at: entry.keyPosition, "a protocol", words: ["lava-multinode", "lava-xnbd"])
            }
        }
        return DataValue(node)
    }
}
