/// Finds the boards that go bad before they fail.
///
/// Each board is held against the others of its type, else its own past, else the rest of the lab, by exact tests. The level is shared by
/// all boards of the lab, so that a look at a lab in which nothing is wrong shows a sign in about one of twenty cases,
/// however large it is.
public struct BoardTrends: Sendable {
    /// Runs looked at of each board.
    public static let window = 100
    /// Runs that are "lately".
    public static let recent = 10
    /// A sign needs a boot to take at least so much longer.
    static let leastSlowing = 1.2
    private static let level = 0.05
    private static let leastTrials = 8

    private let runs: [BoardName: [BoardRun]]
    private let types: [BoardName: DeviceTypeName]
    private let limit: Double

    /// - Parameters:
    ///   - runs: of each board, newest first.
    ///   - types: of the lab's boards.
    public init(runs: [BoardName: [BoardRun]], types: [BoardName: DeviceTypeName]) {
        self.runs = runs.mapValues { Array($0.prefix(Self.window)) }
        self.types = types
        limit = min(0.01, Self.level / Double(max(types.count, 1)))
    }

    /// The trend of every board of the lab.
    public func all() -> [BoardName: BoardTrend] {
        var trends: [BoardName: BoardTrend] = [:]
        let lab = Counts(types.keys.flatMap { runs[$0] ?? [] })
        for (type, names) in Dictionary(grouping: types.keys, by: { types[$0] }) where type != nil {
            let counts = names.map { name in Counts(runs[name] ?? []) }
            let all = counts.reduce(Counts([]), +)
            let slowing = names.map { Self.slowing(runs[$0] ?? []) }
            for (place, name) in names.enumerated() {
                let own = runs[name] ?? []
                let others = names.count > 1 ? all - counts[place] : nil
                let around = slowing.enumerated().filter { $0.offset != place }.compactMap { $0.element?.ratio }
                trends[name] = trend(
                    own, others: others, lab: lab - all, slowing: slowing[place], around: around.median)
            }
        }
        return trends
    }

    private func trend(
        _ own: [BoardRun], others: Counts?, lab: Counts, slowing: Slowing?, around: Double?
    ) -> BoardTrend {
        var signs: [BoardSign] = []
        let lately = Array(own.prefix(Self.recent))
        let kinds: [(BoardSign.Kind, String, KeyPath<Counts, Share>)] = [
            (.bootFailures, "failed to boot", \.boots), (.infrastructureFailures, "failed for the lab's fault", \.lab),
        ]
        for (kind, words, share) in kinds {
            let long = Counts(own)[keyPath: share]
            let found = [(Counts(lately)[keyPath: share], true), (long, false)].compactMap { seen, isLately in
                sign(
                    kind, words, seen,
                    against: [
                        (others?[keyPath: share], "others of its type"),
                        (isLately ? Counts(own.dropFirst(Self.recent))[keyPath: share] : nil, "before that"),
                        (lab[keyPath: share], "the rest of the lab"),
                    ])
            }
            if let first = found.first { signs.append(first) }
        }
        if let slowing, let sign = sign(of: slowing, around: around) { signs.append(sign) }
        var trend = BoardTrend(
            lately: BoardFigures(lately), long: BoardFigures(own), others: nil,
            signs: signs.sorted { $0.chance < $1.chance })
        trend.others = others.map(\.figures)
        return trend
    }

    /// - Parameter references: the first of them with enough trials decides: when all boards of a type fail since a new
    ///   image, a board's own past is no witness against it.
    private func sign(
        _ kind: BoardSign.Kind, _ words: String, _ seen: Share, against references: [(share: Share?, name: String)]
    ) -> BoardSign? {
        guard seen.failures > 1 else { return nil }
        let enough = references.compactMap { reference in reference.share.map { ($0, reference.name) } }
            .first { $0.0.trials >= Self.leastTrials }
        guard let (share, name) = enough else { return nil }
        let chance = ExactTest(failures: seen.failures, of: seen.trials, against: share.failures, of: share.trials)
            .chance
        guard chance < limit else { return nil }
        let jobs = "\(seen.failures) of its last \(seen.trials) jobs \(words)"
        return BoardSign(kind, "\(jobs); \(name) \(share.failures) of \(share.trials)", chance: chance)
    }

    // MARK: Slow boots

    /// How a board's last boots compare with those before, each held against boots of the same job.
    struct Slowing: Hashable {
        /// The median of its last boots, as a multiple of what the same job's boots took before.
        var ratio: Double
        var chance: Double
        /// Medians.
        var now: Duration
        var before: Duration
        var count: Int
        var countBefore: Int
        /// From the middle of the earlier boots to the newest.
        var age: Duration
    }

    /// Nil when there are too few boots of the same jobs.
    static func slowing(_ runs: [BoardRun]) -> Slowing? {
        let booted = runs.filter { $0.bootTime != nil }
        let (recent, earlier) = (booted.prefix(Self.recent), booted.dropFirst(Self.recent))
        let usual = Dictionary(grouping: earlier, by: \.jobName)
            .mapValues { runs in runs.count >= 3 ? runs.compactMap { $0.bootTime?.inSeconds }.median : nil }
        func ratios(_ runs: some Sequence<BoardRun>) -> [Double] {
            runs.compactMap { run in
                guard let time = run.bootTime?.inSeconds, let usual = usual[run.jobName] ?? nil, usual > 0 else {
                    return nil
                }
                return time / usual
            }
        }
        let (now, before) = (ratios(recent), ratios(earlier))
        guard now.count >= 5, before.count >= leastTrials, let ratio = now.median, let first = recent.first else {
            return nil
        }
        let compared = recent.filter { (usual[$0.jobName] ?? nil) != nil }
        let past = earlier.filter { (usual[$0.jobName] ?? nil) != nil }
        let middle = past[past.startIndex + past.count / 2]
        return Slowing(
            ratio: ratio, chance: ExactTest(now, above: before).chance,
            now: .seconds(compared.compactMap { $0.bootTime?.inSeconds }.median ?? 0),
            before: .seconds(past.compactMap { $0.bootTime?.inSeconds }.median ?? 0), count: now.count,
            countBefore: before.count, age: .nanoseconds(max(0, first.ended.nanoseconds - middle.ended.nanoseconds)))
    }

    private func sign(of slowing: Slowing, around: Double?) -> BoardSign? {
        guard slowing.ratio >= Self.leastSlowing, slowing.chance < limit else { return nil }
        // When the others became as slow it is not the board but what they all boot.
        if let around, slowing.ratio / max(around, 1) < Self.leastSlowing { return nil }
        let percent = Int(((slowing.ratio - 1) * 100).rounded())
        return BoardSign(
            .slowBoots,
            "boots \(percent) % slower than \(slowing.age.ageText): \(slowing.now.shortSeconds), "
                + "was \(slowing.before.shortSeconds) (last \(slowing.count) boots against the \(slowing.countBefore) before)",
            chance: slowing.chance)
    }

    // MARK: Counting

    /// Failures among trials.
    fileprivate struct Share {
        var failures = 0
        var trials = 0
    }

    /// What can be added up over boards.
    fileprivate struct Counts {
        var boots = Share()
        var lab = Share()

        init(_ runs: some Sequence<BoardRun>) {
            let figures = BoardFigures(runs)
            boots = Share(failures: figures.withFailedBoot, trials: figures.booted)
            lab = Share(failures: figures.infrastructureFailures, trials: figures.jobs)
        }

        static func + (one: Counts, other: Counts) -> Counts {
            var sum = one
            sum.boots.failures += other.boots.failures
            sum.boots.trials += other.boots.trials
            sum.lab.failures += other.lab.failures
            sum.lab.trials += other.lab.trials
            return sum
        }

        static func - (one: Counts, other: Counts) -> Counts {
            var rest = one
            rest.boots.failures -= other.boots.failures
            rest.boots.trials -= other.boots.trials
            rest.lab.failures -= other.lab.failures
            rest.lab.trials -= other.lab.trials
            return rest
        }

        var figures: BoardFigures {
            var figures = BoardFigures([])
            figures.jobs = lab.trials
            figures.booted = boots.trials
            figures.withFailedBoot = boots.failures
            figures.infrastructureFailures = lab.failures
            return figures
        }
    }
}

extension Duration {
    /// `34 s`, `1.8 s`, `350 ms`.
    var shortSeconds: String {
        let seconds = inSeconds
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds >= 10 { return "\(Int(seconds.rounded())) s" }
        return "\((seconds * 10).rounded() / 10) s"
    }

    /// `a week ago`, `3 days ago`, `2 hours ago`, `before`.
    fileprivate var ageText: String {
        let hours = inSeconds / 3600
        switch hours {
        case ..<1: return "before"
        case ..<36: return hours < 1.5 ? "an hour ago" : "\(Int(hours.rounded())) hours ago"
        default:
            let days = Int((hours / 24).rounded())
            return days == 7 ? "a week ago" : "\(days) days ago"
        }
    }
}
