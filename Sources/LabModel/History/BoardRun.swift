/// How one run of a job on a board ended, in one line.
public struct BoardRun: Hashable, Sendable {
    public enum Outcome: Int, Sendable, Codable, CaseIterable {
        case complete = 0
        /// The board did not come up.
        case boot = 1
        /// The lab failed: power, console, network, files.
        case infrastructure = 2
        /// The job itself failed, after the board was up or before it was asked to be.
        case failed = 3
        case canceled = 4
        /// labd stopped while it ran, or the lab failed another job of its group: nobody's fault here.
        case interrupted = 5

        /// As interfaces write it.
        public var name: String {
            switch self {
            case .complete: "complete"
            case .boot: "boot"
            case .infrastructure: "infrastructure"
            case .failed: "failed"
            case .canceled: "canceled"
            case .interrupted: "interrupted"
            }
        }

        /// Whether the run says something about the board.
        public var counts: Bool { self != .canceled && self != .interrupted }
    }

    public var job: JobID
    public var jobName: String
    public var attempt: Int
    public var board: BoardName
    public var deviceType: DeviceTypeName?
    public var started: WallTime?
    public var ended: WallTime
    public var outcome: Outcome
    public var errorType: ErrorType?
    /// The step that failed.
    public var step: String?
    /// Boots that were tried, and how many of them failed.
    public var boots: Int
    public var failedBoots: Int
    /// The longest boot that succeeded, from power-on to the shell.
    public var bootTime: Duration?
    /// How often the board's power was switched.
    public var switches: Int
    public var build: BuildName?

    public init(
        job: JobID, jobName: String, attempt: Int = 1, board: BoardName, deviceType: DeviceTypeName? = nil,
        started: WallTime? = nil, ended: WallTime, outcome: Outcome, errorType: ErrorType? = nil, step: String? = nil,
        boots: Int = 0, failedBoots: Int = 0, bootTime: Duration? = nil, switches: Int = 0, build: BuildName? = nil
    ) {
        self.job = job
        self.jobName = jobName
        self.attempt = attempt
        self.board = board
        self.deviceType = deviceType
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

/// A change of a board's health, as it was recorded.
public struct HealthChange: Hashable, Sendable {
    public var at: WallTime
    /// LAVA's name, such as `Bad`.
    public var health: String
    public var reason: String?

    public init(at: WallTime, health: String, reason: String? = nil) {
        self.at = at
        self.health = health
        self.reason = reason
    }
}
