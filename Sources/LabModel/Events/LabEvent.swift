/// Something that happened, as people and programs follow it. Numbers grow without gaps in one store.
public struct LabEvent: Hashable, Sendable, Codable {
    public var sequence: Int64
    public var at: WallTime
    public var job: JobID?
    public var board: BoardName?
    public var kind: Kind
    public var data: DataValue

    /// What happened. `data` of each is listed in `docs/api.md`.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case jobSubmitted = "job.submitted"
        case jobScheduled = "job.scheduled"
        case jobRunning = "job.running"
        case jobCanceling = "job.canceling"
        case jobInterrupted = "job.interrupted"
        case jobFinished = "job.finished"
        case stepStarted = "step.started"
        case stepFinished = "step.finished"
        case progress = "progress"
        case result = "result"
        case verdict = "verdict"
        case consoleFinding = "console.finding"
        case boardState = "board.state"
        case boardHealth = "board.health"
        case boardAdded = "board.added"
        case boardChanged = "board.changed"
        case boardRemoved = "board.removed"
        case boardBroken = "board.broken"
        case boardRepaired = "board.repaired"
        case power = "power"
        case leaseBegan = "lease.began"
        case leaseExtended = "lease.extended"
        case leaseWarning = "lease.warning"
        case leaseNotice = "lease.notice"
        case leaseHandedOver = "lease.handed-over"
        case leaseEnded = "lease.ended"
        case labPaused = "lab.paused"
        case labResumed = "lab.resumed"
        case scheduleSkipped = "schedule.skipped"
        case scheduleFailed = "schedule.failed"
    }

    public init(sequence: Int64, at: WallTime, job: JobID?, board: BoardName?, kind: Kind, data: DataValue) {
        self.sequence = sequence
        self.at = at
        self.job = job
        self.board = board
        self.kind = kind
        self.data = data
    }
}

/// An event before it has a number.
public struct NewEvent: Hashable, Sendable {
    public var job: JobID?
    public var board: BoardName?
    public var kind: LabEvent.Kind
    public var data: DataValue

    public init(job: JobID? = nil, board: BoardName? = nil, kind: LabEvent.Kind, data: DataValue = .map([:])) {
        self.job = job
        self.board = board
        self.kind = kind
        self.data = data
    }
}
