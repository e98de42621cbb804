public import LabModel

/// A recurring job as interfaces show it.
public struct ScheduleInfo: Codable, Sendable, Equatable {
    public var name: String
    /// `every 3600 s`, `daily 02:00`, `cron 0 2 * * 1-5`.
    public var rule: String
    /// An IANA name; nil for UTC.
    public var zone: String?
    public var submitter: String
    /// `skip` or `queue`.
    public var overlap: String
    public var paused: Bool
    /// ISO 8601, UTC, as all times.
    public var created: String
    public var next: String?
    /// When it was last due.
    public var last: String?
    public var lastJob: Int64?
    /// Why its last time brought no job.
    public var lastFailure: FailureInfo?
    /// The job's text. Only where one is asked for, not in lists.
    public var definition: String?

    public init(
        name: String, rule: String, zone: String? = nil, submitter: String, overlap: String = "skip",
        paused: Bool = false, created: String, next: String? = nil, last: String? = nil, lastJob: Int64? = nil,
        lastFailure: FailureInfo? = nil, definition: String? = nil
    ) {
        self.name = name
        self.rule = rule
        self.zone = zone
        self.submitter = submitter
        self.overlap = overlap
        self.paused = paused
        self.created = created
        self.next = next
        self.last = last
        self.lastJob = lastJob
        self.lastFailure = lastFailure
        self.definition = definition
    }

    public init(_ schedule: Schedule, withText: Bool = false) {
        self.init(
            name: schedule.name, rule: schedule.rule.text, zone: schedule.zone, submitter: schedule.submitter,
            overlap: schedule.overlap.rawValue, paused: schedule.isPaused, created: schedule.created.iso8601,
            next: schedule.isPaused ? nil : schedule.next?.iso8601, last: schedule.last?.iso8601,
            lastJob: schedule.lastJob?.rawValue, lastFailure: schedule.lastFailure.map { FailureInfo($0) },
            definition: withText ? schedule.definition : nil)
    }
}

/// All recurring jobs, by name.
public struct ScheduleList: Codable, Sendable, Equatable {
    public var schedules: [ScheduleInfo]

    public init(schedules: [ScheduleInfo]) {
        self.schedules = schedules
    }
}

/// The body of a request for a recurring job. Exactly one of `every`, `daily` and `cron`.
public struct ScheduleRequestInfo: Codable, Sendable, Equatable {
    public var name: String
    /// Seconds.
    public var every: Double?
    /// `02:00`.
    public var daily: String?
    /// Five fields.
    public var cron: String?
    /// An IANA name; UTC if not given.
    public var zone: String?
    /// `skip`, if not given, or `queue`.
    public var overlap: String?
    /// The job's text.
    public var definition: String

    public init(
        name: String, every: Double? = nil, daily: String? = nil, cron: String? = nil, zone: String? = nil,
        overlap: String? = nil, definition: String
    ) {
        self.name = name
        self.every = every
        self.daily = daily
        self.cron = cron
        self.zone = zone
        self.overlap = overlap
        self.definition = definition
    }
}

/// The jobs that a recurring one was run as.
public struct ScheduleRunInfo: Codable, Sendable, Equatable {
    public var jobs: [Int64]

    public init(jobs: [Int64]) {
        self.jobs = jobs
    }
}
