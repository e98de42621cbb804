public import LabModel

/// The lab on one screen.
public struct StatusInfo: Codable, Sendable, Equatable {
    public var version: String
    /// How often labd was started on its store.
    public var epoch: Int64
    /// ISO 8601, UTC.
    public var started: String
    /// Seconds since then.
    public var uptime: Double
    /// Jobs that wait.
    public var queued: Int
    /// Jobs that hold a board.
    public var running: Int
    public var boards: BoardCounts
    /// Boards that somebody holds: a job, or a person.
    public var leases: Int
    /// The state folder's disk; nil when its space is unknown.
    public var disk: DiskInfo?
    /// Why nothing new starts; empty while the queue is served.
    public var pauses: [PauseInfo]
    /// Nil unless the lab is being drained.
    public var drain: DrainInfo?
    /// Recurring jobs, what is due first coming first; at most five.
    public var schedules: [ScheduleInfo]
    /// How many there are.
    public var scheduleCount: Int
    /// What was last removed by age, in this life of labd.
    public var retention: RetentionInfo?

    /// How many boards there are in each state.
    public struct BoardCounts: Codable, Sendable, Equatable {
        public var total: Int
        /// By LAVA's names; those that no board has are left out.
        public var states: [String: Int]
        public var healths: [String: Int]

        public init(total: Int = 0, states: [String: Int] = [:], healths: [String: Int] = [:]) {
            self.total = total
            self.states = states
            self.healths = healths
        }

        public init(_ boards: [BoardRecord]) {
            total = boards.count
            states = Dictionary(boards.map { ($0.state.name, 1) }, uniquingKeysWith: +)
            healths = Dictionary(boards.map { ($0.health.name, 1) }, uniquingKeysWith: +)
        }
    }

    public init(
        version: String, epoch: Int64, started: String, uptime: Double, queued: Int, running: Int,
        boards: BoardCounts = BoardCounts(), leases: Int = 0, disk: DiskInfo? = nil, pauses: [PauseInfo] = [],
        drain: DrainInfo? = nil, schedules: [ScheduleInfo] = [], scheduleCount: Int = 0,
        retention: RetentionInfo? = nil
    ) {
        self.version = version
        self.epoch = epoch
        self.started = started
        self.uptime = uptime
        self.queued = queued
        self.running = running
        self.boards = boards
        self.leases = leases
        self.disk = disk
        self.pauses = pauses
        self.drain = drain
        self.schedules = schedules
        self.scheduleCount = scheduleCount
        self.retention = retention
    }
}

extension PauseInfo {
    public init(_ reason: PauseReason) {
        self.init(name: reason.name, text: reason.text)
    }
}

/// A drain that stands.
public struct DrainInfo: Codable, Sendable, Equatable {
    public var by: String
    /// ISO 8601, UTC.
    public var since: String
    public var reason: String?
    /// Whether it outlives a restart of labd.
    public var acrossRestart: Bool

    public init(by: String, since: String, reason: String? = nil, acrossRestart: Bool = false) {
        self.by = by
        self.since = since
        self.reason = reason
        self.acrossRestart = acrossRestart
    }

    public init(_ drain: LabDrain) {
        self.init(
            by: drain.by, since: drain.since.iso8601, reason: drain.reason, acrossRestart: drain.acrossRestart)
    }
}

/// The body of a request to drain the lab. Every key is optional, and so is the body.
public struct DrainRequestInfo: Codable, Sendable, Equatable {
    public var reason: String?
    public var acrossRestart: Bool?

    public init(reason: String? = nil, acrossRestart: Bool? = nil) {
        self.reason = reason
        self.acrossRestart = acrossRestart
    }
}

/// The disk of the state folder. Bytes.
public struct DiskInfo: Codable, Sendable, Equatable {
    public var free: Int64
    public var capacity: Int64
    /// Below it the queue stands still.
    public var low: Int64
    public var critical: Int64
    /// `ample`, `low` or `critical`.
    public var level: String

    public init(free: Int64, capacity: Int64, low: Int64, critical: Int64, level: String) {
        self.free = free
        self.capacity = capacity
        self.low = low
        self.critical = critical
        self.level = level
    }

    public init(_ disk: DiskStatus) {
        self.init(
            free: disk.space.free, capacity: disk.space.capacity, low: disk.low, critical: disk.critical,
            level: disk.level.rawValue)
    }
}

/// What retention removed, or would remove.
public struct RetentionInfo: Codable, Sendable, Equatable {
    public struct Count: Codable, Sendable, Equatable {
        public var items: Int
        public var bytes: Int64

        public init(items: Int, bytes: Int64) {
            self.items = items
            self.bytes = bytes
        }

        fileprivate init(_ count: RetentionReport.Count) {
            self.init(items: count.items, bytes: count.bytes)
        }
    }

    /// ISO 8601, UTC.
    public var began: String
    /// Whether nothing was removed.
    public var dryRun: Bool
    /// The policy in words.
    public var policy: String
    /// Of the disk: `ample`, `low` or `critical`.
    public var level: String
    public var logs: Count
    public var consoles: Count
    public var images: Count
    public var recordings: Count
    /// Jobs with all that was known of them.
    public var jobs: Count
    /// Old events of boards and power changes.
    public var traces: Int
    /// What could not be removed.
    public var obstacles: [String]

    public init(_ report: RetentionReport) {
        began = report.began.iso8601
        dryRun = report.isDryRun
        policy = report.policy
        level = report.level.rawValue
        logs = Count(report.logs)
        consoles = Count(report.consoles)
        images = Count(report.images)
        recordings = Count(report.recordings)
        jobs = Count(report.jobs)
        traces = report.traces
        obstacles = report.obstacles
    }
}
