/// The bundle of a board's capabilities. No logic.
public protocol Board: Sendable {
    var name: BoardName { get }
    /// What it is, before type and context are resolved.
    var definition: BoardDefinition { get }
    var power: any PowerControl { get }
    /// The console that boot and tests use.
    var console: any Console { get }
    /// Nil for a board that takes no images from the lab.
    var bootMedium: (any BootMedium)? { get }
    /// Nil for a board whose disk the lab cannot get at.
    var disk: (any BoardDisk)? { get }

    /// Pins and buttons that the lab can press, by name, such as `reset`.
    var lines: [String: any DigitalLine] { get }

    /// Makes the board ready for a job: consoles open, power off, its media fresh.
    ///
    /// - Throws: `infrastructure` when the board cannot be used, `configuration` when its definition is wrong.
    func prepare(_ preparation: BoardPreparation) async throws(Failure)

    /// Puts the board back to rest: power off, media given back. Safe to call twice.
    func rest() async throws(Failure)
}

extension Board {
    public var disk: (any BoardDisk)? { nil }
    public var lines: [String: any DigitalLine] { [:] }
}

/// A board that the lab opened and gives back when it ends.
public protocol ClosableBoard: Board {
    /// Gives everything back, the console too. A virtual board ends; the power of a real one stays as it is.
    func close() async
}

/// What a board is told when a job takes it.
public struct BoardPreparation: Sendable {
    public var job: JobID
    public var profile: DeviceProfile
    /// A folder of this job's own, emptied after it.
    public var workspace: String

    public init(job: JobID, profile: DeviceProfile, workspace: String) {
        self.job = job
        self.profile = profile
        self.workspace = workspace
    }
}
