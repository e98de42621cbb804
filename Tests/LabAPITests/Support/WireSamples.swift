import LabModel
import LabWire

/// One of each structure of the API with every key set.
enum WireSamples {
    private static let diagnostic = DiagnosticInfo(
        Diagnostic(
            .error, at: SourcePosition(file: "f", line: 1, column: 1), "m", excerpt: "e", suggestion: "s"))
    private static let fault = Diagnostic(.error, at: SourcePosition(file: "f", line: 1, column: 1), "m")
    private static let failure = FailureInfo(type: "Job", message: "m", place: "p", advice: "a")
    private static let lease: LeaseInfo = {
        var lease = FakeLeases.lease(job: JobID(rawValue: 1))
        lease.keepAlive = .seconds(60)
        lease.notice = Reservation.Notice(by: "b", reason: "r", ends: lease.expires)
        lease.ending = .kicked
        return LeaseInfo(lease, remaining: .seconds(1))
    }()
    private static let entry = BoardLogLine(
        BoardLogEntry(
            at: FakeLeases.start, board: BoardName(rawValue: "b"), kind: .leaseEnded, by: "b", reason: "r",
            lease: LeaseID(rawValue: 1), holder: "h", expires: FakeLeases.start, ending: .kicked,
            job: JobID(rawValue: 1), health: .bad))
    private static let job: JobInfo = {
        var job = JobInfo(
            id: 1, name: "n", submitter: "s", deviceType: "t", requestedBoard: "b", state: "Running",
            health: "Unknown", board: "b", submitted: "t", started: "t", ended: "t", failure: failure, waiting: "w",
            results: ResultCounts(), group: group)
        job.hold = lease
        job.schedule = "s"
        (job.tried, job.healthCheck) = (["b"], true)
        job.pinned = pin
        return job
    }()
    private static let member = GroupJobInfo(
        id: 1, number: "1.0", role: "r", state: "Running", health: "Unknown", board: "b")
    private static let group = GroupInfo(id: 1, number: "1.0", role: "r", size: 2, essential: true, jobs: [member])
    private static let submitted = SubmittedJob(id: 1, number: "1.0", role: "r", name: "n")
    private static let result = ResultInfo(
        suite: "s", set: "t", name: "n", result: "pass", measurement: 1, units: "u", logged: "t")
    private static let cut = PowerCutInfo(
        name: "n", outcome: "old", brickKind: "loop", allowed: true, alive: true, whole: true, versionBefore: "1",
        versionAfter: "2", slotBefore: "A", slotAfter: "B", boots: 1, recoveryTime: 1, commandLatency: 1,
        silenceLatency: 1, triggerLine: "l")
    private static let phase = RecordingInfo.Phase(name: "n", firstWrite: 1, lastWrite: 2, bytes: 3)
    private static let recording = RecordingInfo(
        job: 1, block: 0, writes: 2, flushes: 1, bytes: 3, diskSize: 4, phases: [phase], writesBeforeSuccess: 2,
        duration: 1, recordedAt: "t", trace: "d", base: "d")
    private static let boot = CrashBootInfo(
        state: "w1", verdict: "old", allowed: true, phase: "p", afterSuccess: false, end: "alive", version: "v",
        slot: "A", whole: true, confirmed: "v", healed: true, boots: 1, seconds: 1)
    private static let wrong = CampaignCheckInfo.Wrong(
        state: "w1", representative: "w0", expected: TrialFacts(end: .alive), got: TrialFacts(end: .silence))
    private static let event = EventInfo(seq: 1, at: "t", job: 1, board: "b", kind: "power")
    private static let path = PowerPathInfo(
        PowerPath(
            delay: .milliseconds(12), jitter: .milliseconds(1), cuts: 20, measured: WallTime(nanoseconds: 1)))
    private static let report = PowerReportInfo(
        PowerReport(
            desired: .on, reported: .on, verified: .on, evidence: [PowerEvidence(.console, .on, "it speaks")]))
    private static let board: BoardInfo = {
        var board = BoardInfo(
            name: "n", type: "t", driver: "d", description: "d", state: "Idle", health: "Good", healthReason: "r",
            power: "on", currentJob: 1, powerPath: path)
        board.powerReport = report
        board.lines = ["reset"]
        board.lease = lease
        board.add(BoardStanding(file: "f", diagnostics: [fault], pending: .change))
        board.signs = ["s"]
        return board
    }()
    private static let qualification = QualificationInfo(
        QualificationReport(
            boots: [QualifiedBoot(number: 1, bootTime: .seconds(1), on: .on, off: .off, failure: "f")], wanted: 1))
    private static let found = DiscoveredDevice(
        kind: .usb, place: "1-4", title: "t", drivers: ["d"], isCertain: true, isProven: true, configured: ["c"],
        entry: "e", obstacle: "o")
    private static let driver = DriverSummary(
        name: "d", title: "t", link: "usb", ids: ["1:2"], channels: "1...8", readBack: "none", ownerDeath: "keeps",
        proofs: ["tool"], isProven: true, options: [.init(name: "n", meaning: "m", isRequired: true, standard: "s")],
        example: "e")
    private static let type = DeviceTypeSummary(name: "n", description: "d", boards: 1)
    private static let layer = Explanation.Layer(layer: "l", file: "f", line: 1, value: 1, wins: true)
    private static let line = LogLine(dt: "t", lvl: "info", msg: "m", ns: "n")
    private static let unsupported = UnsupportedInfo(name: "n", line: 1, column: 1)
    private static let plan = PlanSummary(name: "n", deviceType: "t", blocks: ["boot"], jobs: 2)

    private static let drain = DrainInfo(by: "ann", since: "t", reason: "r", acrossRestart: true)
    private static let disk = DiskInfo(free: 1, capacity: 2, low: 1, critical: 1, level: "ample")
    private static let schedule = ScheduleInfo(
        name: "n", rule: "daily 02:00", zone: "Europe/Berlin", submitter: "s", created: "t", next: "t", last: "t",
        lastJob: 1, lastFailure: failure, definition: "d")
    private static let retention = RetentionInfo(
        RetentionReport(began: WallTime(nanoseconds: 1), isDryRun: true, policy: "p", level: .low))
    private static let pin = PinInfo(by: "ann", since: "t")
    private static let boardList: BoardList = {
        var list = BoardList(boards: [board], problems: [diagnostic], folder: "/etc/labd/boards")
        list.pauses = [PauseInfo(name: "disk", text: "t")]
        return list
    }()

    static let all = core.merging(history) { own, _ in own }

    private static let core: [String: any Encodable & Sendable] = [
        "StatusInfo": StatusInfo(
            version: "1", epoch: 1, started: "t", uptime: 1, queued: 1, running: 1, disk: disk, drain: drain,
            schedules: [schedule], scheduleCount: 1, retention: retention),
        "BoardCounts": StatusInfo.BoardCounts(total: 1, states: ["Idle": 1], healths: ["Good": 1]),
        "DrainInfo": drain,
        "DrainRequest": DrainRequestInfo(reason: "r", acrossRestart: true),
        "DiskInfo": disk,
        "RetentionInfo": retention,
        "RetentionCount": RetentionInfo.Count(items: 1, bytes: 1),
        "PinInfo": pin,
        "ScheduleInfo": schedule,
        "ScheduleList": ScheduleList(schedules: [schedule]),
        "ScheduleRequest": ScheduleRequestInfo(
            name: "n", every: 60, daily: "02:00", cron: "* * * * *", zone: "UTC", overlap: "skip", definition: "d"),
        "ScheduleRun": ScheduleRunInfo(jobs: [1]),
        "ErrorBody": ErrorBody(error: failure, diagnostics: [diagnostic]),
        "FailureInfo": failure,
        "DiagnosticInfo": diagnostic,
        "SubmitRequest": SubmitRequest(definition: "d"),
        "Submitted": Submitted(id: 1, name: "n", warnings: [diagnostic], jobs: [submitted]),
        "SubmittedJob": submitted,
        "GroupInfo": group,
        "GroupJobInfo": member,
        "Validation": Validation(valid: true, plan: plan),
        "UnsupportedInfo": unsupported,
        "PlanSummary": plan,
        "JobInfo": job,
        "JobList": JobList(jobs: [job], total: 1),
        "QueueInfo": QueueInfo(
            jobs: [QueuedJobInfo(job: job, start: "t")], total: 1, pauses: [PauseInfo(name: "n", text: "t")]),
        "QueuedJobInfo": QueuedJobInfo(job: job, start: "t"),
        "PauseInfo": PauseInfo(name: "n", text: "t"),
        "LeaseInfo": lease,
        "LeaseNotice": lease.notice,
        "LeaseList": LeaseList(leases: [lease]),
        "LineInfo": LineInfo(
            LineEntry(
                caller: "u",
                wish: ReservationWish(
                    board: BoardName(rawValue: "b"), type: DeviceTypeName(rawValue: "t"), tags: ["t"], reason: "r"))),
        "LeaseWaiting": LeaseWaiting(reason: "r"),
        "LeaseRequest": LeaseRequest(board: "b", type: "t", tags: ["t"], seconds: 1, reason: "r", keepAlive: 5),
        "ExtendRequest": ExtendRequest(seconds: 1),
        "ReleaseRequest": ReleaseRequest(reason: "r"),
        "HandOverRequest": HandOverRequest(to: "u", reason: "r"),
        "KickRequest": KickRequest(reason: "r", grace: 1),
        "BoardLogPage": BoardLogPage(board: "b", entries: [entry]),
        "BoardLogLine": entry,
        "CancelRequest": CancelRequest(reason: "r"),
        "ResultCounts": ResultCounts(),
        "StepCounts": StepCounts(),
        "ResultInfo": result,
        "PowerCutInfo": cut,
        "RecordingInfo": recording,
        "RecordingPhase": phase,
        "CrashBootInfo": boot,
        "TwinInfo": TwinInfo(name: "n", state: "w1"),
        "CampaignCheckInfo": CampaignCheckInfo(
            candidates: 2, chosen: 1, rebooted: 1, wrong: [wrong], seed: 1, bound: 1),
        "WrongAnswer": wrong,
        "JobResults": JobResults(job: 1, results: [result], powerCuts: [cut]),
        "LogLine": line,
        "LogPage": LogPage(entries: [line], next: 1, finished: false, removed: "t"),
        "EventInfo": event,
        "EventPage": EventPage(events: [event], last: 1),
        "BoardInfo": board,
        "BoardList": boardList,
        "BoardReloadInfo": BoardReloadInfo(),
        "BoardChangeInfo": BoardChangeInfo(
            BoardChange(board: BoardName(rawValue: "b"), kind: .broken, file: "f", diagnostics: [fault])),
        "PowerPathInfo": path,
        "PowerReportInfo": report,
        "PowerEvidenceInfo": report.evidence[0],
        "LineRequest": LineRequest(change: "press", seconds: 1),
        "QualifyRequest": QualifyRequest(boots: 1, marker: "m", within: 1),
        "InspectionInfo": InspectionInfo(
            InspectionReport(findings: [.init(.console, .failed, "the console prints nothing", advice: "look")])),
        "InspectionFinding": InspectionInfo.Finding(
            subject: "console", outcome: "failed", detail: "the console prints nothing", advice: "look"),
        "QualificationInfo": qualification,
        "QualifiedBootInfo": qualification.boots[0],
        "DiscoveryInfo": DiscoveryInfo(devices: [found]),
        "DiscoveredDevice": found,
        "DriverList": DriverList(drivers: [driver]),
        "DriverSummary": driver,
        "DriverOptionInfo": driver.options[0],
        "MeasurePowerRequest": MeasurePowerRequest(times: 2, prompt: "#", run: "r"),
        "PowerRequest": PowerRequest(change: "on"),
        "HealthRequest": HealthRequest(health: "Good", reason: "r"),
        "DeviceTypeSummary": type,
        "DeviceTypeList": DeviceTypeList(deviceTypes: [type]),
        "DeviceTypeInfo": DeviceTypeInfo(name: "n", description: "d", profile: 1),
        "Explanation": Explanation(key: "k", value: 1, layers: [layer]),
        "ExplanationLayer": layer,
        "SystemInfo": SystemInfo(
            version: "1", epoch: 1, api: ["a"], state: "s", log: "l", boards: 1, queued: 1, running: 1, started: "t"),
    ]
}
