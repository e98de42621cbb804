/// A job that is submitted again and again.
public struct Schedule: Hashable, Sendable {
    /// What happens when it is due while its last job waits or runs.
    public enum Overlap: String, Sendable, Codable, CaseIterable {
        /// This time is left out.
        case skip
        /// One more waits.
        case queue
    }

    /// 1 to 64 letters, digits, `.`, `_` and `-`.
    public var name: String
    public var rule: ScheduleRule
    /// An IANA name such as `Europe/Berlin`; nil for UTC.
    public var zone: String?
    /// The job's text.
    public var definition: String
    /// Who made it: its jobs are theirs.
    public var submitter: String
    public var overlap: Overlap
    public var isPaused: Bool
    public var created: WallTime
    /// When it is due; nil when it never is again.
    public var next: WallTime?
    /// When it was last due, or run by hand.
    public var last: WallTime?
    /// The first job of that time, if there was one.
    public var lastJob: JobID?
    /// Why there was none.
    public var lastFailure: Failure?

    public init(
        name: String, rule: ScheduleRule, zone: String? = nil, definition: String, submitter: String,
        overlap: Overlap = .skip, isPaused: Bool = false, created: WallTime, next: WallTime? = nil,
        last: WallTime? = nil, lastJob: JobID? = nil, lastFailure: Failure? = nil
    ) {
        self.name = name
        self.rule = rule
        self.zone = zone
        self.definition = definition
        self.submitter = submitter
        self.overlap = overlap
        self.isPaused = isPaused
        self.created = created
        self.next = next
        self.last = last
        self.lastJob = lastJob
        self.lastFailure = lastFailure
    }

    /// Whether `name` may name one.
    public static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._-".utf8.contains(byte)
                }
            }
    }
}

/// The lab's recurring jobs. The store implements it.
public protocol ScheduleBook: Sendable {
    /// By name.
    func schedules() async throws(Failure) -> [Schedule]
    func schedule(_ name: String) async throws(Failure) -> Schedule?

    /// - Throws: `job` when there is one of that name, or there are too many.
    func add(_ schedule: Schedule) async throws(Failure)
    /// - Returns: whether there was one.
    func removeSchedule(_ name: String) async throws(Failure) -> Bool
    /// - Parameter next: when one that goes on is due; a pause leaves that as it is.
    /// - Returns: whether there is one.
    func pauseSchedule(_ name: String, _ isPaused: Bool, next: WallTime?) async throws(Failure) -> Bool

    /// Stores what came of a time that was due, with the jobs, if any, in one transaction: neither a crash before it
    /// nor one after it makes them twice or never.
    ///
    /// - Parameters:
    ///   - due: the `next` that was read; when the stored one is another by now, nothing happens. Nil for a run by hand.
    ///   - next: the new one. A run by hand leaves it as it is: a time may have been served since somebody looked.
    /// - Returns: the jobs' numbers; nil when nothing happened.
    func settle(
        _ name: String, due: WallTime?, next: WallTime?, _ outcome: ScheduleOutcome
    ) async throws(Failure) -> [JobID]?
}

/// What came of a time at which a schedule was due.
public enum ScheduleOutcome: Hashable, Sendable {
    /// Jobs, those that run together as one list.
    case jobs([[NewJob]])
    /// Its last job had not ended.
    case skipped(String)
    /// The job could not be submitted.
    case failed(Failure)
}

/// Looks after the lab's recurring jobs while it runs.
public protocol ScheduleControl: Sendable {
    /// Takes a new one in; its text must be a job that this lab could run now.
    ///
    /// - Throws: `job` or `configuration` with what is wrong.
    func add(_ request: ScheduleRequest, by user: String) async throws(Failure) -> Schedule
    /// - Throws: `job` when there is no such schedule.
    func pause(_ name: String, _ isPaused: Bool, by user: String) async throws(Failure) -> Schedule
    /// Submits its job now, beside its times.
    ///
    /// - Throws: `job` when there is no such schedule, or its text has become invalid.
    func runNow(_ name: String, by user: String) async throws(Failure) -> [JobID]
    /// - Throws: `job` when there is no such schedule.
    func remove(_ name: String, by user: String) async throws(Failure)
    /// By name.
    func schedules() async throws(Failure) -> [Schedule]
}

/// What a new recurring job is made of.
public struct ScheduleRequest: Hashable, Sendable {
    public var name: String
    public var rule: ScheduleRule
    public var zone: String?
    public var definition: String
    public var overlap: Schedule.Overlap

    public init(
        name: String, rule: ScheduleRule, zone: String? = nil, definition: String, overlap: Schedule.Overlap = .skip
    ) {
        self.name = name
        self.rule = rule
        self.zone = zone
        self.definition = definition
        self.overlap = overlap
    }
}
