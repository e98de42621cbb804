public import LabModel

/// Why a job ended as it did: where its boot left the way of its board's last good one.
public struct JobExplanationInfo: Codable, Sendable, Equatable {
    public var job: Int64
    public var name: String
    public var board: String?
    /// `unfinished`, `complete`, `canceled`, `before-boot`, `after-boot`, `no-good-boot`, `silent`, `stopped`, `panicked`, `restarted`, `differed`, `slow` or `followed`.
    public var kind: String
    public var summary: String
    public var failure: FailureInfo?
    /// What to try, the likeliest first.
    public var advice: [String]
    /// What it was compared with.
    public var reference: GoodBootInfo?
    /// The last line of the usual way.
    public var lastCommon: BootLinePair?
    /// What came next in the good boot.
    public var expected: [BootLineInfo]
    /// What came instead; empty when nothing came any more.
    public var instead: [BootLineInfo]
    /// Lines before that the good boot does not have.
    public var unusual: [BootLineInfo]
    /// Lines of the good boot before that which did not come.
    public var missing: [BootLineInfo]
    /// By which the kernel or the boot loader gave up.
    public var fatal: BootLineInfo?
    /// Seconds from power-on to the end of the boot.
    public var bootTime: Double?
    /// Seconds at the end of it in which nothing came.
    public var silence: Double?
    public var lostTime: LostTime?
    /// Lines that the good boot has as well.
    public var matched: Int?
    /// Of so many.
    public var lines: Int?

    public init(
        job: Int64, name: String, board: String? = nil, kind: String, summary: String, failure: FailureInfo? = nil,
        advice: [String], reference: GoodBootInfo? = nil, lastCommon: BootLinePair? = nil, expected: [BootLineInfo],
        instead: [BootLineInfo], unusual: [BootLineInfo], missing: [BootLineInfo], fatal: BootLineInfo? = nil,
        bootTime: Double? = nil, silence: Double? = nil, lostTime: LostTime? = nil, matched: Int? = nil,
        lines: Int? = nil
    ) {
        self.job = job
        self.name = name
        self.board = board
        self.kind = kind
        self.summary = summary
        self.failure = failure
        self.advice = advice
        self.reference = reference
        self.lastCommon = lastCommon
        self.expected = expected
        self.instead = instead
        self.unusual = unusual
        self.missing = missing
        self.fatal = fatal
        self.bootTime = bootTime
        self.silence = silence
        self.lostTime = lostTime
        self.matched = matched
        self.lines = lines
    }
}

extension JobExplanationInfo {
    public init(_ explanation: JobExplanation, of job: JobRecord) {
        let comparison = explanation.comparison
        func lines(_ lines: [BootLine]?) -> [BootLineInfo] { (lines ?? []).map { BootLineInfo($0) } }
        self.init(
            job: job.id.rawValue, name: job.name, board: job.board?.rawValue, kind: explanation.kind.rawValue,
            summary: explanation.summary, failure: job.failure.map { FailureInfo($0) }, advice: explanation.advice,
            reference: explanation.reference.map { GoodBootInfo($0) },
            lastCommon: comparison?.lastCommon.map { BootLinePair($0) }, expected: lines(comparison?.expected),
            instead: lines(comparison?.instead), unusual: lines(comparison?.unusual),
            missing: lines(comparison?.missing), fatal: explanation.fatal.map { BootLineInfo($0) },
            bootTime: explanation.bootTime, silence: explanation.silence,
            lostTime: comparison?.slowest.map { LostTime(line: BootLinePair($0.pair), seconds: $0.lost) },
            matched: comparison?.matched, lines: comparison?.telling)
    }
}

/// A boot that went well.
public struct GoodBootInfo: Codable, Sendable, Equatable {
    public var job: Int64
    public var jobName: String
    /// ISO 8601, UTC.
    public var ended: String
    /// In seconds.
    public var bootTime: Double
    /// Whether it is of a job of the same name.
    public var sameJob: Bool

    public init(job: Int64, jobName: String, ended: String, bootTime: Double, sameJob: Bool) {
        self.job = job
        self.jobName = jobName
        self.ended = ended
        self.bootTime = bootTime
        self.sameJob = sameJob
    }
}

extension GoodBootInfo {
    public init(_ reference: JobExplanation.Reference) {
        self.init(
            job: reference.job.rawValue, jobName: reference.jobName, ended: reference.ended.iso8601,
            bootTime: (reference.bootTime * 1000).rounded() / 1000, sameJob: reference.isSameJob)
    }
}

/// A line of a boot.
public struct BootLineInfo: Codable, Sendable, Equatable {
    public var text: String
    /// Seconds after power-on.
    public var at: Double

    public init(text: String, at: Double) {
        self.text = text
        self.at = at
    }
}

extension BootLineInfo {
    public init(_ line: BootLine) {
        self.init(text: line.text, at: (line.at * 1000).rounded() / 1000)
    }
}

/// A line that two boots have in common.
public struct BootLinePair: Codable, Sendable, Equatable {
    public var good: BootLineInfo
    public var failed: BootLineInfo

    public init(good: BootLineInfo, failed: BootLineInfo) {
        self.good = good
        self.failed = failed
    }
}

extension BootLinePair {
    public init(_ pair: BootComparison.Pair) {
        self.init(good: BootLineInfo(pair.good), failed: BootLineInfo(pair.failed))
    }
}

/// Where a boot lost most of the time that it lost.
public struct LostTime: Codable, Sendable, Equatable {
    /// The line before which it was lost.
    public var line: BootLinePair
    public var seconds: Double

    public init(line: BootLinePair, seconds: Double) {
        self.line = line
        self.seconds = seconds
    }
}
