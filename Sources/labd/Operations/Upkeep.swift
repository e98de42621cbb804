import LabModel
import Logging

/// Looks after a running lab: watches its disk, lets old things go, and drains it when somebody asks.
actor Upkeep: LabUpkeep {
    /// What is kept and told over the lives of labd.
    typealias Memory = SettingsBook & RunRecorder

    private let queue: any QueuePausing
    private let memory: any Memory
    private let retention: RetentionRun
    private let policy: RetentionPolicy
    private let place: String
    private let probe: @Sendable () async -> DiskSpace?
    private let clock: any LabClock
    private let logger: Logger

    private var gauge: DiskGauge
    private var space: DiskSpace?
    private var drained: LabDrain?
    private var lastReport: RetentionReport?
    private var rhythm: RetentionRhythm
    private var isRemoving = false
    /// Whether a look was wanted while retention was at work.
    private var isAwaited = false
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    static let diskPause = "disk"
    private static let drainSetting = "drain"
    /// Between two looks at the disk.
    static let diskInterval = Duration.seconds(5)
    /// After a start: the boards and the queue go first.
    private static let firstLook = Duration.seconds(60)

    /// - Parameters:
    ///   - place: the state folder, for what people are told.
    ///   - probe: tells the space of its file system; nil when it cannot be told.
    init(
        queue: any QueuePausing, memory: any Memory, retention: RetentionRun, policy: RetentionPolicy,
        marks: DiskMarks, place: String, clock: any LabClock, logger: Logger,
        probe: @escaping @Sendable () async -> DiskSpace?
    ) {
        self.queue = queue
        self.memory = memory
        self.retention = retention
        self.policy = policy
        self.place = place
        self.clock = clock
        self.logger = logger
        self.probe = probe
        gauge = DiskGauge(marks: marks)
        rhythm = RetentionRhythm(interval: policy.interval)
        (wishes, wish) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// What has to be known before the queue is served: whether the lab is drained, and whether there is room.
    ///
    /// - Throws: `infrastructure` when the store fails.
    func begin() async throws(Failure) {
        if let text = try await memory.setting(Self.drainSetting), let stored = LabDrain(text) {
            drained = stored
            await queue.pause(stored.pause)
        }
        await lookAtDisk()
    }

    /// Serves until the task is cancelled. Called once.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                while (try? await self.clock.sleep(for: Self.diskInterval)) != nil { await self.lookAtDisk() }
            }
            group.addTask {
                var pause = Self.firstLook
                while (try? await self.clock.sleep(for: pause)) != nil { pause = await self.lookWhenDue() }
            }
            for await _ in wishes { group.addTask { await self.look() } }
            group.cancelAll()
        }
    }

    // MARK: - Disk

    func lookAtDisk() async {
        guard let space = await probe() else {
            if self.space != nil {
                logger.warning("the space of the disk cannot be told", metadata: ["at": "\(place)"])
            }
            self.space = nil
            return
        }
        self.space = space
        let before = gauge.level
        guard gauge.observe(space) else { return }
        let level = gauge.level
        switch (before, level) {
        case (_, .ample):
            await queue.resume(Self.diskPause)
            logger.notice("the disk has room again", metadata: ["free": "\(space.free >> 20) MiB"])
            await tell(.labResumed, ["name": .string(Self.diskPause)])
        default:
            let reason = PauseReason(name: Self.diskPause, text: words(space))
            await queue.pause(reason)
            logger.log(level: level == .critical ? .critical : .error, "\(reason.text)")
            if before == .ample { await tell(.labPaused, reason) }
            if level > before { wish.yield() }
        }
    }

    private func words(_ space: DiskSpace) -> String {
        let mark = gauge.marks.low.bytes(of: space.capacity)
        return "the disk of \(place) has \(space.free >> 20) MiB left, below `disk: low_water` of \(mark >> 20) MiB "
            + "(free some, or let `retention` remove more; goes on at "
            + "\(gauge.resumeMark(of: space.capacity) >> 20) MiB)"
    }

    // MARK: - Retention

    /// - Returns: how long until the next time.
    private func lookWhenDue() async -> Duration {
        if rhythm.isDue(at: clock.monotonic(), gauge.level) { await look() }
        return rhythm.pause(at: clock.monotonic())
    }

    /// Runs retention by its policy, now or as soon as what is at work has ended.
    func look() async {
        let began = clock.monotonic()
        guard !policy.isForEver || gauge.level > .ample else {
            rhythm.note(lookAt: began)
            return
        }
        // What is at work goes by the level of the disk that it began with, or removes nothing at all.
        guard !isRemoving else {
            isAwaited = true
            return
        }
        do throws(Failure) {
            _ = try await remove(dryRun: false)
            rhythm.note(lookAt: began)
        } catch {
            // A backup that is being made ends by itself.
            logger.log(level: error.type == .job ? .info : .error, "retention: \(error)")
        }
    }

    private func remove(dryRun: Bool) async throws(Failure) -> RetentionReport {
        guard !isRemoving else {
            throw Failure(.job, "retention is at work already", advice: "ask again in a minute")
        }
        isRemoving = true
        defer { end() }
        let report = try await retention.run(policy, level: gauge.level, dryRun: dryRun)
        if !dryRun { lastReport = report }
        return report
    }

    private func end() {
        isRemoving = false
        guard isAwaited else { return }
        isAwaited = false
        wish.yield()
    }

    func retention(dryRun: Bool) async throws(Failure) -> RetentionReport { try await remove(dryRun: dryRun) }

    // MARK: - Drain

    func drain(_ request: DrainRequest, by user: String) async throws(Failure) {
        let drain = LabDrain(
            by: user, since: clock.wall(), reason: request.reason, acrossRestart: request.acrossRestart)
        // First what holds now: a full disk must not keep a lab from being drained.
        drained = drain
        await queue.pause(drain.pause)
        await tell(.labPaused, drain.pause)
        try await memory.set(Self.drainSetting, to: request.acrossRestart ? drain.text : nil)
    }

    func resume(by user: String) async throws(Failure) -> Bool {
        guard drained != nil else { return false }
        try await memory.set(Self.drainSetting, to: nil)
        drained = nil
        await queue.resume(LabDrain.pauseName)
        await tell(.labResumed, ["name": .string(LabDrain.pauseName), "by": .string(user)])
        return true
    }

    private func tell(_ kind: LabEvent.Kind, _ pause: PauseReason) async {
        await tell(kind, ["name": .string(pause.name), "text": .string(pause.text)])
    }

    /// The event is for whoever follows; that a full disk does not take it changes nothing.
    private func tell(_ kind: LabEvent.Kind, _ data: [String: DataValue]) async {
        do {
            try await memory.append([NewEvent(kind: kind, data: .map(data))])
        } catch {
            logger.warning("an event cannot be stored", metadata: ["kind": "\(kind.rawValue)", "error": "\(error)"])
        }
    }

    // MARK: - Status

    func status() async -> UpkeepStatus {
        let disk = space.map { space in
            DiskStatus(
                space: space, level: gauge.level, low: gauge.marks.low.bytes(of: space.capacity),
                critical: gauge.marks.critical.bytes(of: space.capacity))
        }
        return UpkeepStatus(
            pauses: await queue.standingPauses(), drain: drained, disk: disk, retention: lastReport)
    }
}
