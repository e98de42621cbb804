/// Single crash states of finished recordings: looked at, booted, lent to a board, read as an image. The power-cut room
/// implements it; the engine brings the boards.
public protocol CrashStates: Sendable {
    /// The block of `job` whose recording is meant.
    ///
    /// - Parameter block: the position of the `power_cut` block in the job; nil takes the first that was recorded.
    /// - Throws: `missing` when there is no such recording.
    func recordedBlock(of job: JobID, block: Int?) async throws(CrashStateError) -> Int

    /// What was recorded.
    ///
    /// - Throws: `missing` when there is no recording, `damaged` when it is not whole.
    func facts(of exploration: ExplorationName) async throws(CrashStateError) -> RecordingFacts

    /// The state's name as it is written everywhere.
    ///
    /// - Throws: `malformed` when `state` is no name, `missing` when the recording has no such state. Whether it has
    ///   those behind a `/` turns out only when it is booted.
    func check(_ state: String, of exploration: ExplorationName) async throws(CrashStateError) -> String

    /// Boots `state` once and judges it as the campaign of `plan` does.
    ///
    /// - Throws: as `check`; `failed` when the lab failed; `CancellationError`.
    func boot(
        _ state: String, of exploration: ExplorationName, plan: PowerCutExploration, trial: any CrashTrial
    ) async throws -> CrashBoot

    /// A disk that shows `state`. What a board writes to it is kept apart, and lost when it is given back.
    ///
    /// - Parameter trial: boots the states before a `/`, when they are not known from a campaign.
    /// - Throws: as `boot`.
    func lend(
        _ state: String, of exploration: ExplorationName, plan: PowerCutExploration, trial: any CrashTrial
    ) async throws -> LentDisk

    /// The whole disk as `state` shows it.
    ///
    /// - Parameter trial: as `lend`; nil refuses states with a `/` that are not known from a campaign.
    /// - Throws: as `boot`.
    func image(
        of state: String, of exploration: ExplorationName, plan: PowerCutExploration, trial: (any CrashTrial)?
    ) async throws -> any ReadableFile

    /// The recording's own file.
    ///
    /// - Throws: as `facts`.
    func trace(of exploration: ExplorationName) async throws(CrashStateError) -> any ReadableFile

    /// Boots states that a finished campaign pruned, and compares.
    ///
    /// - Parameter progress: called after each boot.
    /// - Throws: as `boot`; `missing` when no campaign pruned anything here.
    func verify(
        _ exploration: ExplorationName, plan: PowerCutExploration, sample: CampaignSample, trials: [any CrashTrial],
        progress: @escaping @Sendable (CampaignCheck) async -> Void
    ) async throws -> CampaignCheck
}

/// Why something that was asked of a recording did not happen.
public struct CrashStateError: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// The name of a state cannot be read.
        case malformed
        /// There is no such recording, state or board.
        case missing
        /// The files are not what was recorded.
        case damaged
        /// As many boards run for people as this lab lends.
        case busy
        /// The lab failed.
        case failed
    }

    public var reason: Reason
    public var failure: Failure

    public init(_ reason: Reason, _ failure: Failure) {
        self.reason = reason
        self.failure = failure
    }
}

/// A recorded update in numbers.
public struct RecordingFacts: Hashable, Sendable, Codable {
    /// Writes that arrived while the updater was in one phase.
    public struct Phase: Hashable, Sendable, Codable {
        public var name: String
        /// The first and the last of them, from 1.
        public var firstWrite: Int
        public var lastWrite: Int
        public var bytes: Int64

        public init(name: String, firstWrite: Int, lastWrite: Int, bytes: Int64) {
            self.name = name
            self.firstWrite = firstWrite
            self.lastWrite = lastWrite
            self.bytes = bytes
        }
    }

    /// The block of the job that it belongs to.
    public var block: Int
    public var writes: Int
    public var flushes: Int
    /// Bytes written, those written twice counted twice.
    public var bytes: Int64
    public var diskSize: Int64
    public var phases: [Phase]
    /// Writes before the updater reported success; nil when it never did.
    public var writesBeforeSuccess: Int?
    /// From the first event to the last.
    public var duration: Duration
    public var recordedAt: WallTime
    /// SHA-256 of the trace and of the disk before it, in hexadecimal digits.
    public var trace: String
    public var base: String
    /// What the board was besides its disk.
    public var machine: [String: String]

    public init(
        block: Int, writes: Int, flushes: Int, bytes: Int64, diskSize: Int64, phases: [Phase],
        writesBeforeSuccess: Int?, duration: Duration, recordedAt: WallTime, trace: String, base: String,
        machine: [String: String]
    ) {
        self.block = block
        self.writes = writes
        self.flushes = flushes
        self.bytes = bytes
        self.diskSize = diskSize
        self.phases = phases
        self.writesBeforeSuccess = writesBeforeSuccess
        self.duration = duration
        self.recordedAt = recordedAt
        self.trace = trace
        self.base = base
        self.machine = machine
    }

    /// What of `machine` is otherwise now, so that a boot may do what it did not do then; the board's name aside.
    public func differences(to machine: [String: String]) -> [String] {
        Set(self.machine.keys).union(machine.keys).subtracting(["board"]).sorted().compactMap { key in
            guard self.machine[key] != machine[key] else { return nil }
            return "\(key) was \(self.machine[key] ?? "not known"), is \(machine[key] ?? "not known")"
        }
    }
}

/// What one boot of a crash state came to.
public struct CrashBoot: Hashable, Sendable, Codable {
    public var state: String
    /// Such as `old` or `bootloader`.
    public var verdict: String
    /// Whether the job's policy lets it pass.
    public var isAllowed: Bool
    /// The updater's phase when the power went.
    public var phase: String?
    /// Whether a cut after the updater reported success can leave this state.
    public var isAfterSuccess: Bool
    public var facts: TrialFacts

    public init(
        state: String, verdict: String, isAllowed: Bool, phase: String?, isAfterSuccess: Bool, facts: TrialFacts
    ) {
        self.state = state
        self.verdict = verdict
        self.isAllowed = isAllowed
        self.phase = phase
        self.isAfterSuccess = isAfterSuccess
        self.facts = facts
    }
}

/// A disk for one boot.
public struct LentDisk: Sendable {
    public var state: String
    public var disk: NetworkDisk
    /// Ends the loan; the board is off by then.
    public var giveBack: @Sendable () -> Void

    public init(state: String, disk: NetworkDisk, giveBack: @escaping @Sendable () -> Void) {
        self.state = state
        self.disk = disk
        self.giveBack = giveBack
    }
}

/// Something that is read piece by piece, because it may not fit into memory.
public protocol ReadableFile: Sendable {
    /// In bytes.
    var size: Int64 { get }
    /// SHA-256 of all of it. Reads all of it.
    func digest() throws(Failure) -> [UInt8]
    /// The bytes from `offset` on, `length` of them or as many as there are.
    ///
    /// - Parameter offset: a multiple of 512.
    /// - Throws: `infrastructure` when they cannot be read.
    func read(at offset: Int64, length: Int) throws(Failure) -> [UInt8]
}

/// Which pruned states are booted all the same.
public struct CampaignSample: Hashable, Sendable, Codable {
    /// 0...1 of them, one at least.
    public var share: Double
    /// Decides which.
    public var seed: UInt64

    public init(share: Double, seed: UInt64) {
        self.share = share
        self.seed = seed
    }
}

/// How a campaign's pruning did when it was checked again.
public struct CampaignCheck: Hashable, Sendable, Codable {
    /// A state that did not do what it was pruned for.
    public struct Wrong: Hashable, Sendable, Codable {
        public var state: String
        /// The state that was booted in its place.
        public var representative: String
        public var expected: TrialFacts
        public var got: TrialFacts

        public init(state: String, representative: String, expected: TrialFacts, got: TrialFacts) {
            self.state = state
            self.representative = representative
            self.expected = expected
            self.got = got
        }
    }

    /// Pruned states that could have been chosen.
    public var candidates: Int
    /// How many were chosen.
    public var chosen: Int
    public var rebooted: Int
    /// Boots at which the lab failed; they say nothing.
    public var undecided: Int
    public var wrong: [Wrong]
    public var seed: UInt64

    public init(
        candidates: Int, chosen: Int, rebooted: Int = 0, undecided: Int = 0, wrong: [Wrong] = [], seed: UInt64
    ) {
        self.candidates = candidates
        self.chosen = chosen
        self.rebooted = rebooted
        self.undecided = undecided
        self.wrong = wrong
        self.seed = seed
    }

    /// Upper bound of the share of wrong answers at 95 %, if none was found (rule of three).
    public var bound: Double? { rebooted > 0 && wrong.isEmpty ? min(1, 3 / Double(rebooted)) : nil }
}
