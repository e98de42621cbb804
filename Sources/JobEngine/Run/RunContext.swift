import LabModel

/// What the steps of one run share. It belongs to the run's task alone.
final class RunContext {
    let plan: JobPlan
    let lease: Lease
    let board: any Board
    let profile: DeviceProfile
    let services: EngineServices
    let log: RunLog
    let workspace: String
    let timeouts: StepTimeouts
    let findings: FindingsLog
    let secrets: Secrets

    /// Where the next search on the console begins.
    var cursor: ConsoleOffset = .start
    /// Where the last power-on lies on the console.
    var bootStart: ConsoleOffset = .start
    /// Shell prompts in force, regular expressions.
    var prompts: [String] = []
    /// Whether the board has power as far as this run has switched it.
    var hasPower = false {
        // Whatever was typed is forgotten.
        didSet { if !hasPower { isAhead = false } }
    }
    /// Whether a shell is believed to wait at the prompt.
    var hasShell = false
    /// Whether lines were typed of which nobody knows that they were answered: the next prompt may be an older one.
    var isAhead = false
    /// Counts the words that the board was asked for.
    var wordsAsked = 0
    /// By label, what the last deploy of this run brought.
    var images: [String: FetchedImage] = [:]
    /// What `to: downloads` brought, for `downloads://name`.
    var downloads: [String: FetchedImage] = [:]
    /// The files the boot loader asks for, by label.
    var served: [String: String] = [:]
    /// Boot loader commands of the present boot block, ready to be typed.
    var bootCommands: [String] = []
    var overlay: TestOverlay?
    /// Test blocks whose runner was started before; it renames its list, so a second turn has to bring it back.
    var startedStages: Set<Int> = []
    /// The form of the served kernel, and whether the served ramdisk carries U-Boot's header.
    var servedKernel = ImageRequest.KernelType.image
    var servedRamdiskHasHeader = false
    /// The other jobs of its group, and what they told; nil for a job of its own.
    var group: GroupSession?
    var groupValues: [String: String] = [:]
    /// Counts the calls to the group that the job itself made.
    var groupCalls = 0
    /// Findings that end the present block.
    var fatalFindings: Set<String> = []
    /// The level of the present step, such as `2.3`.
    var level = ""
    var buffer = ResultBuffer()
    /// Events that are stored with the next one.
    private var held: [NewEvent] = []
    /// Test cases that failed, the run's own steps aside.
    private(set) var failedTests = 0
    /// The duration of the present connection wait, when one is set for the step.
    var connectionTimeout: Duration?
    /// Whether the last wait that failed was ended by that.
    var hitConnectionTimeout = false

    init(
        plan: JobPlan, lease: Lease, board: any Board, profile: DeviceProfile, services: EngineServices, log: RunLog,
        workspace: String, findings: FindingsLog
    ) {
        self.plan = plan
        self.lease = lease
        self.board = board
        self.profile = profile
        self.services = services
        self.log = log
        self.workspace = workspace
        self.findings = findings
        timeouts = StepTimeouts(job: plan.timeouts, profile: profile)
        secrets = Secrets(plan.secrets)
    }

    var clock: any LabClock { services.clock }
    var job: JobID { lease.job }

    /// The overlay's root on the board.
    var overlayRoot: String {
        profile.constants.resultsDirectory.replacingFirst("%s", with: job.description)
    }

    /// Records a result: into the log at once, into the store with the next batch.
    func record(_ record: ResultRecord) async throws(Failure) {
        var record = record
        record.metadata = secrets.masked(record.metadata)
        if record.result == .fail, record.suite != "lava" { failedTests += 1 }
        log.result(record)
        if let batch = buffer.add(record, now: clock.monotonic()) {
            try await services.store.append(batch, to: job)
        }
    }

    /// Does what the signals of a test ask for.
    func perform(_ actions: [SignalMachine.Action]) async throws {
        for action in actions {
            switch action {
            case .record(let record): try await self.record(record)
            case .warn(let text): log.warning(text)
            case .fail(let failure): throw failure
            case .publish(let text): try await publish(.progress, ["message": .string(text)])
            }
        }
    }

    /// Stores what has waited long enough.
    func storeDueResults() async throws(Failure) {
        if let batch = buffer.takeDue(now: clock.monotonic()) {
            try await storeHeldEvents()
            try await services.store.append(batch, to: job)
        }
    }

    /// Stores what is waiting.
    func storeResults() async throws(Failure) {
        try await storeHeldEvents()
        let batch = buffer.drain()
        if !batch.isEmpty { try await services.store.append(batch, to: job) }
    }

    /// Publishes an event of this job.
    ///
    /// - Parameter waits: it is stored with what comes next, which is at once: a commit less.
    func publish(_ kind: LabEvent.Kind, _ data: [String: DataValue], waits: Bool = false) async throws(Failure) {
        held.append(NewEvent(job: job, board: board.name, kind: kind, data: .map(secrets.masked(data))))
        if !waits { try await storeHeldEvents() }
    }

    private func storeHeldEvents() async throws(Failure) {
        guard !held.isEmpty else { return }
        let events = held
        held = []
        try await services.store.append(events)
    }

    /// Sleeps for `duration`.
    ///
    /// - Throws: `StepTimeout` when `deadline` comes first.
    func pause(_ duration: Duration, until deadline: MonotonicTime) async throws {
        guard duration > .zero else { return }
        let end = clock.monotonic().advanced(by: duration)
        try await clock.sleep(until: min(end, deadline))
        if end > deadline { throw StepTimeout() }
    }
}

extension String {
    /// The text with the first occurrence of `target` replaced.
    func replacingFirst(_ target: String, with replacement: String) -> String {
        guard let range = firstRange(of: target) else { return self }
        return self[..<range.lowerBound] + replacement + self[range.upperBound...]
    }
}
