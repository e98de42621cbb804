/// What people may ask of a running lab's upkeep. The daemon implements it.
public protocol LabUpkeep: Sendable {
    /// Leases nothing new until `resume`; what runs goes on.
    ///
    /// - Parameter acrossRestart: whether labd goes on draining after a restart.
    /// - Throws: `infrastructure` when that cannot be stored.
    func drain(_ request: DrainRequest, by user: String) async throws(Failure)

    /// Ends the drain.
    ///
    /// - Returns: whether there was one.
    func resume(by user: String) async throws(Failure) -> Bool

    func status() async -> UpkeepStatus

    /// What the policy of retention would remove now, or removes now.
    ///
    /// - Throws: `job` while a backup is made or another look is under way.
    func retention(dryRun: Bool) async throws(Failure) -> RetentionReport
}

/// How the lab is drained.
public struct DrainRequest: Hashable, Sendable {
    public var reason: String?
    public var acrossRestart: Bool

    public init(reason: String? = nil, acrossRestart: Bool = false) {
        self.reason = reason
        self.acrossRestart = acrossRestart
    }
}

/// A drain that stands.
public struct LabDrain: Hashable, Sendable, Codable {
    public var by: String
    public var since: WallTime
    public var reason: String?
    public var acrossRestart: Bool

    public init(by: String, since: WallTime, reason: String? = nil, acrossRestart: Bool = false) {
        self.by = by
        self.since = since
        self.reason = reason
        self.acrossRestart = acrossRestart
    }

    /// The pause of the queue that it is.
    public var pause: PauseReason {
        let why = reason.map { ": \($0)" } ?? ""
        return PauseReason(
            name: Self.pauseName,
            text: "the lab is being drained by \(by)\(why) (nothing new starts; `lablctl resume` ends it)")
    }

    public static let pauseName = "drain"
}

/// How the lab's upkeep stands.
public struct UpkeepStatus: Hashable, Sendable {
    public var pauses: [PauseReason]
    public var drain: LabDrain?
    public var disk: DiskStatus?
    /// The last look of retention, of this life of labd.
    public var retention: RetentionReport?

    public init(
        pauses: [PauseReason] = [], drain: LabDrain? = nil, disk: DiskStatus? = nil,
        retention: RetentionReport? = nil
    ) {
        self.pauses = pauses
        self.drain = drain
        self.disk = disk
        self.retention = retention
    }
}

/// The state folder's disk. Bytes.
public struct DiskStatus: Hashable, Sendable {
    public var space: DiskSpace
    public var level: DiskLevel
    public var low: Int64
    public var critical: Int64

    public init(space: DiskSpace, level: DiskLevel, low: Int64, critical: Int64) {
        self.space = space
        self.level = level
        self.low = low
        self.critical = critical
    }
}

/// What retention removed, or would remove.
public struct RetentionReport: Hashable, Sendable, Codable {
    public struct Count: Hashable, Sendable, Codable {
        public var items: Int
        public var bytes: Int64

        public init(items: Int = 0, bytes: Int64 = 0) {
            self.items = items
            self.bytes = bytes
        }

        public mutating func add(_ bytes: Int64, items: Int = 1) {
            self.items += items
            self.bytes += bytes
        }
    }

    public var began: WallTime
    public var isDryRun: Bool
    /// In words.
    public var policy: String
    public var level: DiskLevel
    /// Logs of jobs.
    public var logs = Count()
    /// Transcripts of consoles.
    public var consoles = Count()
    /// Cached images.
    public var images = Count()
    /// Recordings of power cuts.
    public var recordings = Count()
    /// Jobs with all that was known of them.
    public var jobs = Count()
    /// Old events of boards and ends of power changes.
    public var traces = 0
    /// What could not be removed, each in a sentence; at most 20.
    public var obstacles: [String] = []

    public init(began: WallTime, isDryRun: Bool, policy: String, level: DiskLevel) {
        self.began = began
        self.isDryRun = isDryRun
        self.policy = policy
        self.level = level
    }

    public var isEmpty: Bool {
        logs.items + consoles.items + images.items + recordings.items + jobs.items + traces == 0
    }
}
