/// What a board's last runs add up to.
public struct BoardFigures: Hashable, Sendable {
    /// Runs that say something about the board: neither canceled nor interrupted by a stop of labd.
    public var jobs: Int
    /// Runs in which the board was booted, and those in which a boot failed.
    public var booted: Int
    public var withFailedBoot: Int
    public var infrastructureFailures: Int
    /// The median time from power-on to the shell; nil without a boot whose time is known.
    public var bootTime: Duration?
    public var switches: Int

    public init(_ runs: some Sequence<BoardRun>) {
        (jobs, booted, withFailedBoot, infrastructureFailures, switches) = (0, 0, 0, 0, 0)
        var times: [Double] = []
        for run in runs {
            switches += run.switches
            guard run.outcome.counts else { continue }
            jobs += 1
            if run.wasBooted { booted += 1 }
            if run.hasFailedBoot { withFailedBoot += 1 }
            if run.outcome == .infrastructure { infrastructureFailures += 1 }
            if let time = run.bootTime { times.append(time.inSeconds) }
        }
        bootTime = times.median.map { .seconds($0) }
    }
}

extension BoardRun {
    /// Whether the board was booted as far as is known; of runs before this was counted it is not.
    var wasBooted: Bool { boots > 0 }
    var hasFailedBoot: Bool { failedBoots > 0 }
}

/// A sign that a board goes bad, in words and in figures.
public struct BoardSign: Hashable, Sendable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case bootFailures = "boot-failures"
        case infrastructureFailures = "infrastructure-failures"
        case slowBoots = "slow-boots"
    }

    public var kind: Kind
    /// Such as `3 of its last 10 jobs failed to boot; others of its type 0 of 50`.
    public var text: String
    /// The probability that chance alone looks so.
    public var chance: Double

    public init(_ kind: Kind, _ text: String, chance: Double) {
        self.kind = kind
        self.text = text
        self.chance = chance
    }
}

/// A board's figures over its last ten and its last hundred runs, beside those of the others.
public struct BoardTrend: Hashable, Sendable {
    public var lately: BoardFigures
    public var long: BoardFigures
    /// The other boards of its type over their last hundred runs; nil when there are none.
    public var others: BoardFigures?
    /// What gives cause for concern, the surest first.
    public var signs: [BoardSign]

    public init(lately: BoardFigures, long: BoardFigures, others: BoardFigures?, signs: [BoardSign]) {
        self.lately = lately
        self.long = long
        self.others = others
        self.signs = signs
    }
}
