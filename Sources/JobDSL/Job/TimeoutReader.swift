import LabModel

/// Reads the `timeouts` of a job and of its blocks. A named time-out is never an error: names are kept as they are.
struct TimeoutReader {
    private let findings: Findings

    init(_ findings: Findings) {
        self.findings = findings
    }

    /// The job's `timeouts`, a closed mapping.
    func job(_ node: YAMLNode) -> JobTimeouts? {
        guard let map = MapReader(node, "`timeouts`", findings) else { return nil }
        let job = map.required("job").flatMap { whole($0, "`job`") }
        var timeouts = JobTimeouts(job: job ?? .zero)
        timeouts.action = map.node("action").flatMap { whole($0, "`action`") }
        timeouts.connection = map.node("connection").flatMap { whole($0, "`connection`") }
        timeouts.queue = map.node("queue").flatMap { whole($0, "`queue`") }
        timeouts.actions = map.node("actions").map { named($0, "`actions`") } ?? [:]
        timeouts.connections = map.node("connections").map { named($0, "`connections`") } ?? [:]
        map.finish(unknown: .error)
        return job == nil ? nil : timeouts
    }

    private func whole(_ node: YAMLNode, _ what: String) -> Duration? {
        findings.lavaDuration(node, what) { skips in
            if skips {
                findings.warning(at: node.position, "`skip` has an effect only in a test block")
            }
        }
    }

    /// `timeout` and `timeouts` of a block.
    ///
    /// - Parameter jobTimeout: a longer block is worth a warning: the job ends first.
    func block(_ map: MapReader, kind: String, jobTimeout: Duration?) -> BlockTimeouts {
        var timeouts = BlockTimeouts()
        if let node = map.node("timeout") {
            timeouts.block = findings.lavaDuration(node, "`timeout`") { timeouts.skipsOnTimeout = $0 }
            if timeouts.skipsOnTimeout, kind != "test" {
                findings.warning(at: node.position, "`skip` has an effect only in a test block")
            }
            if let block = timeouts.block, let jobTimeout, block > jobTimeout {
                findings.warning(at: node.position, "`timeout` is longer than the time-out of the whole job")
            }
        }
        timeouts.named = map.node("timeouts").map { named($0, "`timeouts`", unknown: .warning) } ?? [:]
        return timeouts
    }

    /// - Parameter unknown: LAVA's gate looks into those of the job, not into those of a block.
    private func named(
        _ node: YAMLNode, _ what: String, unknown: MapReader.UnknownKeys = .error
    ) -> [String: Duration] {
        guard let entries = node.entries else {
            findings.mismatch(node, what, needs: "a mapping of action names to durations")
            return [:]
        }
        var durations: [String: Duration] = [:]
        for entry in entries {
            // `skip` beside a named time-out is taken and means nothing there.
            durations[entry.key] = findings.lavaDuration(
                entry.value, "`\(cutExcerpt(entry.key))`", unknown: unknown
            ) { _ in }
        }
        return durations
    }
}
