/// What the interfaces may ask of the running lab. The scheduler implements it.
public protocol LabControl: Sendable {
    /// A job was stored: look at the queue now.
    func jobWasSubmitted() async

    /// Cancels a job, waiting or running.
    ///
    /// - Returns: the state afterwards; nil when there is no such job.
    func cancel(_ job: JobID, by user: String, reason: String?) async throws(Failure) -> JobState?

    /// Switches a board that no job holds. The change is journalled.
    ///
    /// This and whatever else is done to a board by hand is refused with `job` while a job or somebody else holds the
    /// board, and with `canceled` when the caller's lease ends meanwhile.
    ///
    /// - Throws: `job` when a job holds the board, `infrastructure` when the switch fails.
    func power(_ board: BoardName, _ change: PowerChange, by caller: Caller) async throws(Failure) -> PowerState

    /// Measures how the power of a board that no job holds goes away, and stores it with the board.
    ///
    /// - Throws: `job` when a job holds the board, `infrastructure` when nothing can be measured.
    func measurePower(
        _ board: BoardName, _ request: PowerMeasurement, by caller: Caller
    ) async throws(Failure) -> PowerPath

    /// Presses a pin or a button of a board that no job holds.
    ///
    /// - Throws: `job` when a job holds the board or it has no such line, `infrastructure` when the device fails.
    func press(_ line: String, of board: BoardName, _ change: LineChange, by caller: Caller) async throws(Failure)

    /// Boots a board that no job holds again and again, and sets its health by what came of it, unless somebody set it
    /// meanwhile. As whatever else gives a board power it is refused with `job` when the board is retired.
    ///
    /// - Throws: `job` when a job holds the board, `canceled`.
    func qualify(
        _ board: BoardName, _ request: BoardQualification, by caller: Caller
    ) async throws(Failure) -> QualificationReport

    /// Holds a board that no job holds against its file and its type: power, console, boot loader, load addresses.
    ///
    /// - Throws: `job` when a job holds the board, `canceled`; what is wrong stands in the report.
    func inspect(_ board: BoardName, by caller: Caller) async throws(Failure) -> InspectionReport

    /// Types at a board's console.
    ///
    /// - Throws: `job` when a job holds the board.
    func type(_ text: String, at board: BoardName, by caller: Caller) async throws(Failure)

    /// Why a submitted job does not run yet, in one sentence; nil for a job that does not wait.
    func waitingReason(_ job: JobID) async throws(Failure) -> String?

    /// The first `limit` waiting jobs in the order of their turns, with the reasons why they wait.
    func queue(limit: Int) async throws(Failure) -> QueueListing

    /// Nobody new gets a board until `resume`. A reason of the same name is replaced.
    func pause(_ reason: PauseReason) async
    /// Ends the pause of this name; nothing when there is none.
    func resume(_ name: String) async
}

extension LabControl {
    /// For labs whose boards have no lines.
    public func press(
        _ line: String, of board: BoardName, _ change: LineChange, by caller: Caller
    ) async throws(Failure) {
        throw Failure(.job, "the board \(board) has no line \(line)")
    }

    /// For labs without a queue.
    public func queue(limit: Int) async throws(Failure) -> QueueListing {
        QueueListing(entries: [], total: 0, pauses: [])
    }

    /// For labs that never pause.
    public func pause(_ reason: PauseReason) async {}
    public func resume(_ name: String) async {}

    /// For labs that qualify nothing.
    public func qualify(
        _ board: BoardName, _ request: BoardQualification, by caller: Caller
    ) async throws(Failure) -> QualificationReport {
        throw Failure(.configuration, "this lab does not qualify boards")
    }

    /// For labs that inspect nothing.
    public func inspect(_ board: BoardName, by caller: Caller) async throws(Failure) -> InspectionReport {
        throw Failure(.configuration, "this lab does not inspect boards")
    }

    /// For labs that measure nothing.
    public func measurePower(
        _ board: BoardName, _ request: PowerMeasurement, by caller: Caller
    ) async throws(Failure) -> PowerPath {
        throw Failure(.configuration, "this lab does not measure the power of boards")
    }
}

/// What can be done to a board's pin or button.
public enum LineChange: Hashable, Sendable {
    /// Active for a time, the line's own when it is nil, then let go.
    case press(Duration?)
    case hold, release
}

/// What can be done to a board's power.
public enum PowerChange: String, Sendable, Codable, CaseIterable {
    case on, off
    /// Off, the board's minimum off time, on.
    case cycle
}
