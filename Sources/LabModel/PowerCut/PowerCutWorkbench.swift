/// What people do with the recordings of power cuts: put themselves in front of a crash state, take its image, check a
/// campaign. The engine implements it.
///
/// Everything throws `CrashStateError` when it is refused.
public protocol PowerCutWorkbench: Sendable {
    func recording(of subject: PowerCutSubject) async throws -> RecordingFacts

    /// Prepares one boot of a crash state with the job's own questions.
    ///
    /// - Returns: the boot, to be run once. It is given up when its task is cancelled.
    func boot(_ state: String, of subject: PowerCutSubject) async throws -> @Sendable () async throws -> CrashBoot

    /// Prepares a board for a person, powered off.
    func twin(_ state: String, of subject: PowerCutSubject) async throws -> any TwinSession

    /// Types at a twin that runs.
    func type(_ text: String, at twin: String) async throws

    func image(of state: String, of subject: PowerCutSubject) async throws -> any ReadableFile

    func trace(of subject: PowerCutSubject) async throws -> any ReadableFile

    /// Prepares boots of pruned states.
    ///
    /// - Parameters:
    ///   - share: of the pruned states, 0...1.
    ///   - seed: nil chooses one.
    ///   - twins: boots at the same time; nil takes one a processor.
    /// - Returns: the check, to be run once; its argument is called after each boot.
    func verify(
        _ subject: PowerCutSubject, share: Double, seed: UInt64?, twins: Int?
    ) async throws -> @Sendable (@escaping @Sendable (CampaignCheck) async -> Void) async throws -> CampaignCheck
}

/// Which recording.
public struct PowerCutSubject: Hashable, Sendable {
    public var job: JobID
    /// The position of the `power_cut` block in the job; nil takes the first that was recorded.
    public var block: Int?

    public init(job: JobID, block: Int? = nil) {
        self.job = job
        self.block = block
    }
}

/// A board that boots from a crash state for one person.
public protocol TwinSession: Sendable {
    /// Where typing goes.
    var name: String { get }
    /// The crash state's name.
    var state: String { get }
    /// What is worth knowing before one believes what one sees.
    var notes: [String] { get async }

    /// Powers the board on.
    ///
    /// - Throws: `CrashStateError`, `Failure`, `CancellationError`. The session has to be ended then too.
    func start() async throws
    /// What the board prints, from power-on.
    func output() async -> AsyncStream<ConsoleChunk>
    /// Returns once the board has lost its power by itself; nil when nothing can be said any more.
    func powerLoss() async -> String?
    /// Whether nobody has typed for so long that the board is to be ended.
    var isForgotten: Bool { get async }
    /// Powers off and gives everything back; whatever the board wrote is lost. May be called more than once.
    func end() async
}
