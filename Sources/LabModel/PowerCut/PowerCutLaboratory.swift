/// Records updates and explores what power cuts leave of them. The power-cut room implements it; the engine drives
/// the boards.
public protocol PowerCutLaboratory: Sendable {
    /// Begins a recording on a fresh copy of `base`, a raw disk image.
    ///
    /// - Parameters:
    ///   - exploration: of which job and name; its files get a folder of their own, which is emptied first.
    ///   - machine: what decides how the board behaves besides its disk.
    /// - Throws: `infrastructure` when files or sockets cannot be made.
    func beginRecording(
        _ exploration: ExplorationName, base: String, machine: [String: String]
    ) async throws(Failure) -> any PowerCutRecording

    /// Explores the finished recording of `exploration`. A campaign that was interrupted goes on where it was.
    ///
    /// - Parameters:
    ///   - trials: one for each twin; they run at the same time, each one boot after the other.
    ///   - progress: called after each boot.
    /// - Throws: `job` when recording or plan do not fit, `infrastructure` when files cannot be written;
    ///   `CancellationError`.
    func explore(
        _ exploration: ExplorationName, plan: PowerCutExploration, trials: [any CrashTrial],
        progress: @escaping @Sendable (ExplorationProgress) async -> Void
    ) async throws -> ExplorationSummary

    /// Whether an earlier run of this job left a finished recording.
    func hasRecording(_ exploration: ExplorationName) async -> Bool

    /// Makes the recording of `source` that of `exploration` too, as if it had been recorded again; the files of
    /// `exploration` are emptied first.
    ///
    /// - Throws: `job` when there is no whole recording, `infrastructure` when files cannot be written.
    func adopt(_ source: ExplorationName, as exploration: ExplorationName) async throws(Failure)
}

/// Which exploration: a job may have several.
public struct ExplorationName: Hashable, Sendable, Codable {
    public var job: JobID
    /// The block's position in the job and its name.
    public var block: Int
    public var name: String

    public init(job: JobID, block: Int, name: String) {
        self.job = job
        self.block = block
        self.name = name
    }
}

/// A recording in progress.
public protocol PowerCutRecording: Sendable {
    /// The disk for the board whose writes are recorded.
    var disk: NetworkDisk { get }
    /// Notes what the console said. May be called on the console's reading thread.
    func mark(_ text: String, phase: String?, isSuccess: Bool)
    /// Ends the recording; the board must be off.
    ///
    /// - Returns: the number of writes.
    /// - Throws: `infrastructure` when the recording is not whole.
    func finish() async throws(Failure) -> Int
    /// Gives everything back without keeping the recording.
    func abandon() async
}

/// Boots a twin from a disk and says what came of it.
public protocol CrashTrial: Sendable {
    /// - Throws: `CancellationError` alone; what fails is told as facts with the end `infrastructure`.
    func boot(_ disk: NetworkDisk) async throws -> TrialFacts
}

/// How far an exploration is.
public struct ExplorationProgress: Hashable, Sendable, Codable {
    public var boots: Int
    /// States that are decided, pruned ones included.
    public var decided: Int
    /// Failing states so far.
    public var failing: Int
    public var bootsPerMinute: Double
    /// States left in the models that can be counted; nil when none can.
    public var left: Double?

    public init(boots: Int, decided: Int, failing: Int, bootsPerMinute: Double, left: Double?) {
        self.boots = boots
        self.decided = decided
        self.failing = failing
        self.bootsPerMinute = bootsPerMinute
        self.left = left
    }
}

/// What an exploration found, for the job's results.
public struct ExplorationSummary: Hashable, Sendable, Codable {
    /// One row a phase and model.
    public struct Case: Hashable, Sendable, Codable {
        public var name: String
        /// Nil: nothing of it was decided.
        public var isAllowed: Bool?
        public var metadata: [String: DataValue]

        public init(name: String, isAllowed: Bool?, metadata: [String: DataValue]) {
            self.name = name
            self.isAllowed = isAllowed
            self.metadata = metadata
        }
    }

    /// The verdict in one line.
    public var line: String
    /// Every state that was decided is allowed, and the campaign is sound.
    public var isAllowed: Bool
    /// A re-check gave another answer than the one it was pruned for; no verdict counts.
    public var isUnsound: Bool
    public var cases: [Case]
    public var metadata: [String: DataValue]

    public init(
        line: String, isAllowed: Bool, isUnsound: Bool, cases: [Case], metadata: [String: DataValue]
    ) {
        self.line = line
        self.isAllowed = isAllowed
        self.isUnsound = isUnsound
        self.cases = cases
        self.metadata = metadata
    }
}
