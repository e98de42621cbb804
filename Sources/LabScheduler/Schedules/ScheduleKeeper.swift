public import LabModel
public import Logging

/// Submits recurring jobs when they are due.
///
/// A time that passed while labd was down, or while the host's clock jumped, is made up for once, however many were
/// missed. What is stored and what is submitted are one transaction, so a crash neither loses nor doubles a job.
public actor ScheduleKeeper: ScheduleControl {
    /// Makes the jobs of a text: one, or those of a group.
    public typealias Admission = @Sendable (_ text: String) async throws(Failure) -> [[JobPlan]]
    /// The clocks of a zone by its IANA name; nil for a name that is none.
    public typealias Zones = @Sendable (_ name: String) -> (any ZoneOffsets)?

    private let book: any ScheduleBook
    private let jobs: any Store
    private let clock: any LabClock
    private let logger: Logger
    private let admit: Admission
    private let zones: Zones
    private let submitted: @Sendable () async -> Void
    private let wakes: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation
    /// The number of the alarm that counts.
    private var alarm = 0

    /// The longest sleep: the host's clock may be set meanwhile, and deadlines are by the monotonic one.
    private static let longestSleep = Duration.seconds(60)
    /// After a failure of the store.
    private static let retry = Duration.seconds(10)

    /// - Parameter submitted: called after jobs were stored, so that the queue looks at them.
    public init(
        book: any ScheduleBook, jobs: any Store, clock: any LabClock, logger: Logger,
        zones: @escaping Zones = { $0 == "UTC" ? UTCZone() : nil }, admit: @escaping Admission,
        submitted: @escaping @Sendable () async -> Void
    ) {
        self.book = book
        self.jobs = jobs
        self.clock = clock
        self.logger = logger
        self.zones = zones
        self.admit = admit
        self.submitted = submitted
        (wakes, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Serves until the task is cancelled. Called once.
    public func run() async {
        await withDiscardingTaskGroup { alarms in
            wakeUp.yield()
            for await _ in wakes {
                let pause = await look()
                alarm += 1
                alarms.addTask { [clock, alarm] in
                    try? await clock.sleep(for: pause)
                    await self.ring(alarm)
                }
            }
            alarms.cancelAll()
        }
    }

    /// Looks again, unless a later look has set another alarm.
    private func ring(_ number: Int) {
        if number == alarm { wakeUp.yield() }
    }

    /// Submits what is due.
    ///
    /// - Returns: how long until it has to be called again.
    func look() async -> Duration {
        do {
            let now = clock.wall()
            for schedule in try await book.schedules() where !schedule.isPaused {
                guard let due = schedule.next, due <= now else { continue }
                try await serve(schedule, due: due)
            }
            let next = try await book.schedules().filter { !$0.isPaused }.compactMap(\.next).min()
            guard let next else { return Self.longestSleep }
            let wait = Duration.nanoseconds(next.nanoseconds - clock.wall().nanoseconds)
            return min(max(wait, .zero), Self.longestSleep)
        } catch {
            logger.error("recurring jobs cannot be looked at", metadata: ["error": "\(error)"])
            return Self.retry
        }
    }

    private func serve(_ schedule: Schedule, due: WallTime) async throws(Failure) {
        let outcome = try await outcome(of: schedule)
        let next = next(of: schedule)
        let ids = try await book.settle(schedule.name, due: due, next: next, outcome)
        guard let ids else { return }
        await report(schedule.name, outcome, ids)
    }

    private func outcome(of schedule: Schedule) async throws(Failure) -> ScheduleOutcome {
        if schedule.overlap == .skip, let unfinished = try await unfinished(schedule.name) {
            return .skipped("job \(unfinished.id) of the last time is \(unfinished.state.name.lowercased()) yet")
        }
        return await jobs(of: schedule)
    }

    private func jobs(of schedule: Schedule) async -> ScheduleOutcome {
        do throws(Failure) {
            return .jobs(
                try await admit(schedule.definition).map { group in
                    group.map {
                        NewJob(plan: $0, definition: schedule.definition, submitter: schedule.submitter)
                    }
                })
        } catch {
            return .failed(error)
        }
    }

    /// A job of the last time that has not ended, whichever place of a matrix or of a group it has.
    private func unfinished(_ name: String) async throws(Failure) -> JobRecord? {
        let states = JobState.allCases.filter { $0 != .finished }
        return try await jobs.jobs(JobQuery(states: states, schedule: name, limit: 1)).first
    }

    private func report(_ name: String, _ outcome: ScheduleOutcome, _ ids: [JobID]) async {
        switch outcome {
        case .jobs:
            let list = ids.map(\.description).joined(separator: ", ")
            logger.info("recurring job submitted", metadata: ["schedule": "\(name)", "jobs": "\(list)"])
            await submitted()
        case .skipped(let reason):
            logger.notice("recurring job skipped", metadata: ["schedule": "\(name)", "reason": "\(reason)"])
        case .failed(let failure):
            logger.error("recurring job refused", metadata: ["schedule": "\(name)", "error": "\(failure)"])
        }
    }

    private func next(of schedule: Schedule) -> WallTime? {
        schedule.rule.next(after: clock.wall(), from: schedule.created, in: Zone(zone(schedule.zone)))
    }

    private func zone(_ name: String?) -> any ZoneOffsets {
        // The name was checked when the schedule was made; a host that has lost its zones tells UTC.
        name.flatMap { zones($0) } ?? UTCZone()
    }

    // MARK: - Control

    public func add(_ request: ScheduleRequest, by user: String) async throws(Failure) -> Schedule {
        guard Schedule.isName(request.name) else {
            throw Failure(
                .job, "`\(request.name.prefix(64))` cannot name a recurring job",
                advice: "1 to 64 letters, digits, `.`, `_` and `-`")
        }
        if let zone = request.zone, zones(zone) == nil {
            throw Failure(
                .job, "there is no time zone `\(zone.prefix(64))` on this host",
                advice: "use an IANA name such as Europe/Berlin, or leave it out for UTC")
        }
        // What could not run now is refused now, and not at two in the morning.
        _ = try await admit(request.definition)
        var schedule = Schedule(
            name: request.name, rule: request.rule, zone: request.zone, definition: request.definition,
            submitter: user, overlap: request.overlap, created: clock.wall())
        schedule.next = next(of: schedule)
        try await book.add(schedule)
        logger.notice("recurring job added", metadata: ["schedule": "\(request.name)", "by": "\(user)"])
        wakeUp.yield()
        return schedule
    }

    public func pause(_ name: String, _ isPaused: Bool, by user: String) async throws(Failure) -> Schedule {
        let schedule = try await known(name)
        // Times that passed while it was paused are not made up for.
        let next = isPaused ? nil : next(of: schedule)
        guard try await book.pauseSchedule(name, isPaused, next: next) else { throw Self.unknown(name) }
        logger.notice(
            isPaused ? "recurring job paused" : "recurring job goes on",
            metadata: ["schedule": "\(name)", "by": "\(user)"])
        wakeUp.yield()
        return try await known(name)
    }

    public func runNow(_ name: String, by user: String) async throws(Failure) -> [JobID] {
        let schedule = try await known(name)
        let outcome = await jobs(of: schedule)
        guard let ids = try await book.settle(name, due: nil, next: nil, outcome) else {
            throw Self.unknown(name)
        }
        await report(name, outcome, ids)
        if case .failed(let failure) = outcome { throw failure }
        return ids
    }

    public func remove(_ name: String, by user: String) async throws(Failure) {
        guard try await book.removeSchedule(name) else { throw Self.unknown(name) }
        logger.notice("recurring job removed", metadata: ["schedule": "\(name)", "by": "\(user)"])
    }

    public func schedules() async throws(Failure) -> [Schedule] { try await book.schedules() }

    private func known(_ name: String) async throws(Failure) -> Schedule {
        guard let schedule = try await book.schedule(name) else { throw Self.unknown(name) }
        return schedule
    }

    private static func unknown(_ name: String) -> Failure {
        Failure(
            .job, "there is no recurring job named \(name.prefix(64))", advice: "`lablctl schedule list` lists them")
    }
}

/// A zone whose kind is known at run time only.
private struct Zone: ZoneOffsets {
    let zone: any ZoneOffsets

    init(_ zone: any ZoneOffsets) {
        self.zone = zone
    }

    func secondsFromUTC(at moment: Int) -> Int { zone.secondsFromUTC(at: moment) }
}
