public import LabModel

/// What a board has been through, newest first.
public struct BoardHistoryInfo: Codable, Sendable, Equatable {
    public var board: String
    public var type: String
    public var trend: BoardTrendInfo
    public var runs: [BoardRunInfo]
    public var healthChanges: [HealthChangeInfo]

    public init(
        board: String, type: String, trend: BoardTrendInfo, runs: [BoardRunInfo], healthChanges: [HealthChangeInfo]
    ) {
        self.board = board
        self.type = type
        self.trend = trend
        self.runs = runs
        self.healthChanges = healthChanges
    }
}

/// A board over its last ten and its last hundred runs, beside the others of its type.
public struct BoardTrendInfo: Codable, Sendable, Equatable {
    public var lately: BoardFiguresInfo
    public var long: BoardFiguresInfo
    /// Nil for the only board of its type.
    public var others: BoardFiguresInfo?
    /// What gives cause for concern, the surest first.
    public var signs: [BoardSignInfo]

    public init(
        lately: BoardFiguresInfo, long: BoardFiguresInfo, others: BoardFiguresInfo? = nil, signs: [BoardSignInfo]
    ) {
        self.lately = lately
        self.long = long
        self.others = others
        self.signs = signs
    }
}

extension BoardTrendInfo {
    public init(_ trend: BoardTrend) {
        self.init(
            lately: BoardFiguresInfo(trend.lately), long: BoardFiguresInfo(trend.long),
            others: trend.others.map { BoardFiguresInfo($0) }, signs: trend.signs.map { BoardSignInfo($0) })
    }
}

/// What runs on a board add up to.
public struct BoardFiguresInfo: Codable, Sendable, Equatable {
    /// Runs that say something about the board: neither canceled nor interrupted.
    public var jobs: Int
    /// Those in which it was booted, and in which a boot failed.
    public var booted: Int
    public var withFailedBoot: Int
    public var infrastructureFailures: Int
    /// The median from power-on to the shell, in seconds.
    public var bootTime: Double?
    /// How often its power was switched.
    public var switches: Int

    public init(
        jobs: Int, booted: Int, withFailedBoot: Int, infrastructureFailures: Int, bootTime: Double? = nil,
        switches: Int
    ) {
        self.jobs = jobs
        self.booted = booted
        self.withFailedBoot = withFailedBoot
        self.infrastructureFailures = infrastructureFailures
        self.bootTime = bootTime
        self.switches = switches
    }
}

extension BoardFiguresInfo {
    public init(_ figures: BoardFigures) {
        self.init(
            jobs: figures.jobs, booted: figures.booted, withFailedBoot: figures.withFailedBoot,
            infrastructureFailures: figures.infrastructureFailures, bootTime: figures.bootTime?.inSeconds,
            switches: figures.switches)
    }
}

/// A sign that a board goes bad.
public struct BoardSignInfo: Codable, Sendable, Equatable {
    /// `boot-failures`, `infrastructure-failures` or `slow-boots`.
    public var kind: String
    public var text: String
    /// The probability that chance alone looks so.
    public var chance: Double

    public init(kind: String, text: String, chance: Double) {
        self.kind = kind
        self.text = text
        self.chance = chance
    }
}

extension BoardSignInfo {
    public init(_ sign: BoardSign) {
        self.init(kind: sign.kind.rawValue, text: sign.text, chance: sign.chance)
    }
}

/// How one run of a job on a board ended.
public struct BoardRunInfo: Codable, Sendable, Equatable {
    public var job: Int64
    public var jobName: String
    public var attempt: Int
    /// ISO 8601, UTC.
    public var started: String?
    public var ended: String
    /// `complete`, `boot`, `infrastructure`, `failed`, `canceled` or `interrupted`.
    public var outcome: String
    public var errorType: String?
    /// The step that failed.
    public var step: String?
    public var boots: Int
    public var failedBoots: Int
    /// The longest boot that succeeded, in seconds.
    public var bootTime: Double?
    public var switches: Int
    public var build: BuildInfo?

    public init(
        job: Int64, jobName: String, attempt: Int, started: String? = nil, ended: String, outcome: String,
        errorType: String? = nil, step: String? = nil, boots: Int, failedBoots: Int, bootTime: Double? = nil,
        switches: Int, build: BuildInfo? = nil
    ) {
        self.job = job
        self.jobName = jobName
        self.attempt = attempt
        self.started = started
        self.ended = ended
        self.outcome = outcome
        self.errorType = errorType
        self.step = step
        self.boots = boots
        self.failedBoots = failedBoots
        self.bootTime = bootTime
        self.switches = switches
        self.build = build
    }
}

extension BoardRunInfo {
    public init(_ run: BoardRun) {
        self.init(
            job: run.job.rawValue, jobName: run.jobName, attempt: run.attempt, started: run.started?.iso8601,
            ended: run.ended.iso8601, outcome: run.outcome.name, errorType: run.errorType?.rawValue, step: run.step,
            boots: run.boots, failedBoots: run.failedBoots, bootTime: run.bootTime?.inSeconds,
            switches: run.switches, build: run.build.map { BuildInfo($0) })
    }
}

/// A change of a board's health.
public struct HealthChangeInfo: Codable, Sendable, Equatable {
    /// ISO 8601, UTC.
    public var at: String
    public var health: String
    public var reason: String?

    public init(at: String, health: String, reason: String? = nil) {
        self.at = at
        self.health = health
        self.reason = reason
    }
}

extension HealthChangeInfo {
    public init(_ change: HealthChange) {
        self.init(at: change.at.iso8601, health: change.health, reason: change.reason)
    }
}
