public import LabModel

/// Makes another job's text of one that explores power cuts: the same update and the same questions, other models and
/// bounds. Only the `power_cut` block stays of its actions; comments are lost.
public struct ExplorationRewrite: Sendable {
    /// The job's name; nil keeps the old one.
    public var jobName: String?
    /// The name of the block's test case; nil keeps the old one.
    public var name: String?
    /// The recording to explore; nil records.
    public var trace: PowerCutExploration.Source?
    /// Nil keeps the old ones; empty records only.
    public var models: [PowerCutExploration.Model]?
    public var boots: Int?
    /// Time for exploring; the job's own times are made to fit.
    public var time: Duration?
    public var twins: Int?
    public var seed: Int?

    public init(
        jobName: String? = nil, name: String? = nil, trace: PowerCutExploration.Source? = nil,
        models: [PowerCutExploration.Model]? = nil, boots: Int? = nil, time: Duration? = nil, twins: Int? = nil,
        seed: Int? = nil
    ) {
        self.jobName = jobName
        self.name = name
        self.trace = trace
        self.models = models
        self.boots = boots
        self.time = time
        self.twins = twins
        self.seed = seed
    }

    /// The new text.
    ///
    /// - Parameter block: the position of the block in `actions`; nil takes the first `power_cut` with `on: virtual`.
    /// - Throws: `job` when the text is no job or has no such block.
    public func text(of job: String, block: Int? = nil) throws(Failure) -> String {
        let root: YAMLNode
        do {
            root = try YAMLText.read(job)
        } catch {
            throw Failure(.job, "the job's text cannot be read: \(error.message)")
        }
        guard let actions = root["actions"]?.elements, var entries = root.entries else {
            throw Failure(.job, "the job's text has no `actions`")
        }
        guard let place = block ?? actions.firstIndex(where: Self.explores), actions.indices.contains(place),
            Self.explores(actions[place]), let old = actions[place]["power_cut"]
        else {
            let which = block.map { "block \($0) is no" } ?? "the job has no"
            throw Failure(.job, "\(which) `power_cut` with `on: virtual`")
        }
        let new = rewritten(old, after: actions[..<place])
        entries.set("actions", .list([.map([("power_cut", new)])]))
        if let jobName { entries.set("job_name", .text(jobName)) }
        if let time, let timeouts = root["timeouts"]?.entries {
            entries.set("timeouts", Self.timeouts(timeouts, exploring: time))
        }
        return YAMLWriter.text(of: YAMLNode(.mapping(entries), at: root.position))
    }

    private static func explores(_ action: YAMLNode) -> Bool {
        action["power_cut"]?["on"]?.scalar?.text == "virtual"
    }

    private func rewritten(_ block: YAMLNode, after earlier: ArraySlice<YAMLNode>) -> YAMLNode {
        var entries = block.entries ?? []
        if let name { entries.set("name", .text(name)) }
        if let models { entries.set("models", .list(models.map { .text($0.rawValue) })) }
        if let twins { entries.set("twins", .number(twins)) }
        if let seed { entries.set("seed", .number(seed)) }
        entries.removeAll { $0.key == "trace" }
        if let trace {
            var source = [("job", YAMLNode.number(Int(trace.job.rawValue)))]
            if let block = trace.block { source.append(("block", .number(block))) }
            entries.set("trace", .map(source))
        }
        if block["prompts"] == nil, let prompts = earlier.reversed().lazy.compactMap({ $0["boot"]?["prompts"] }).first {
            entries.set("prompts", prompts)
        }
        guard boots != nil || time != nil else { return YAMLNode(.mapping(entries), at: block.position) }
        var budget = block["budget"]?.entries ?? []
        if let boots { budget.set("boots", .number(boots)) }
        if let time {
            budget.set("time", .text("\(time.components.seconds)s"))
            // What the block and the job allow follows from the budget now.
            entries.removeAll { $0.key == "timeout" }
        }
        entries.set("budget", YAMLNode(.mapping(budget), at: block.position))
        return YAMLNode(.mapping(entries), at: block.position)
    }

    /// A recording, the exploration's own time, its re-checks and explanations, and a little.
    private static func timeouts(_ old: [YAMLEntry], exploring time: Duration) -> YAMLNode {
        let seconds = Int(time.components.seconds)
        var new = old.filter { $0.key != "actions" }
        new.set("action", .map([("seconds", .number(2 * seconds + 600))]))
        new.set("job", .map([("seconds", .number(2 * seconds + 720))]))
        return YAMLNode(.mapping(new), at: .start)
    }
}

extension [YAMLEntry] {
    fileprivate mutating func set(_ key: String, _ value: YAMLNode) {
        if let place = firstIndex(where: { $0.key == key }) {
            self[place].value = value
        } else {
            append(YAMLEntry(key: key, keyPosition: .start, value: value))
        }
    }
}

extension SourcePosition {
    fileprivate static let start = SourcePosition(line: 1, column: 1)
}

extension YAMLNode {
    fileprivate static func text(_ text: String) -> YAMLNode {
        YAMLNode(.scalar(YAMLScalar(text, style: .text)), at: .start)
    }

    fileprivate static func number(_ number: Int) -> YAMLNode {
        YAMLNode(.scalar(YAMLScalar(String(number))), at: .start)
    }

    fileprivate static func list(_ elements: [YAMLNode]) -> YAMLNode {
        YAMLNode(.sequence(elements), at: .start)
    }

    fileprivate static func map(_ entries: [(String, YAMLNode)]) -> YAMLNode {
        YAMLNode(.mapping(entries.map { YAMLEntry(key: $0.0, keyPosition: .start, value: $0.1) }), at: .start)
    }
}
