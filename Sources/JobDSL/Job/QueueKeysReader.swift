import LabModel

/// Reads the keys of ours by which a job says how it is queued: `needs`, `retry`, `on_failure`.
struct QueueKeysReader {
    private static let mostNeeds = 64
    private static let retries = 0...10
    /// A minute, so that a person gets there, to a week.
    private static let hold = Duration.seconds(60)...Duration.seconds(7 * 86_400)

    let findings: Findings

    func read(_ job: MapReader, into plan: inout JobPlan) {
        plan.needs = job.node("needs").map { needs($0) }
        plan.retries = job.node("retry").flatMap { retries($0) }
        plan.holdOnFailure = job.node("on_failure").flatMap { hold($0) }
    }

    private func needs(_ node: YAMLNode) -> [JobNeed] {
        guard let elements = findings.list(node, "`needs`") else { return [] }
        guard elements.count <= Self.mostNeeds else {
            findings.error(at: node.position, "`needs` takes at most \(Self.mostNeeds) jobs, not \(elements.count)")
            return []
        }
        var needs: [JobNeed] = []
        for element in elements {
            guard let need = need(element) else { continue }
            if needs.contains(where: { $0.job == need.job }) {
                findings.error(at: element.position, "job \(need.job) is in `needs` already")
            }
            needs.append(need)
        }
        return needs
    }

    private func need(_ node: YAMLNode) -> JobNeed? {
        if node.scalar != nil { return job(node).map { JobNeed(job: $0, condition: .complete) } }
        guard let map = MapReader(node, "an entry of `needs`", findings) else { return nil }
        let job = map.required("job").flatMap { self.job($0) }
        let condition: JobNeed.Condition? = map.choice("condition")
        map.finish(unknown: .error)
        return job.map { JobNeed(job: $0, condition: condition ?? .complete) }
    }

    private func job(_ node: YAMLNode) -> JobID? {
        findings.int(node, "the number of a job", in: 1...Int(Int32.max)).map { JobID(rawValue: Int64($0)) }
    }

    private func retries(_ node: YAMLNode) -> Int? {
        guard node.entries != nil else { return findings.int(node, "`retry`", in: Self.retries) }
        guard let map = MapReader(node, "`retry`", findings) else { return nil }
        let count = map.required("infrastructure").flatMap { findings.int($0, "`infrastructure`", in: Self.retries) }
        map.finish(unknown: .error)
        return count
    }

    private func hold(_ node: YAMLNode) -> Duration? {
        let duration: Duration?
        if node.entries != nil {
            guard let map = MapReader(node, "`on_failure`", findings) else { return nil }
            duration = map.required("hold").flatMap { findings.duration($0, "`hold`") }
            map.finish(unknown: .error)
        } else {
            let words = (node.scalar?.text ?? "").split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[0] == "hold", let time = DurationText.parse(String(words[1])) else {
                findings.mismatch(
                    node, "`on_failure`", needs: "what to do", suggestion: "write for example `on_failure: hold 30m`")
                return nil
            }
            duration = time
        }
        guard let duration, !Self.hold.contains(duration) else { return duration }
        findings.error(at: node.position, "a board is held for 1 minute to 7 days, not \(duration)")
        return nil
    }
}
