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

    /// Makes the board ready for a job: consoles open, power off, its media fresh.
    ///
    /// - Throws: `infrastructure` when the board cannot be used, `configuration` when its definition is wrong.
    func prepare(_ preparation: BoardPreparation) async throws(Failure)

    /// Puts the board back to rest: power off, media given back. Safe to call twice.
    func rest() async throws(Failure)
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

/// A board as its file describes it.
public struct BoardDefinition: Hashable, Sendable, Codable {
    public var name: BoardName
    public var type: DeviceTypeName
    public var tags: [String]
    /// Which driver makes this board: `qemu` or `sim`.
    public var driver: String
    /// The driver's own options.
    public var options: DataValue
    /// Variables that override the type's.
    public var variables: [String: DataValue]
    public var description: String?

    public init(
        name: BoardName, type: DeviceTypeName, tags: [String] = [], driver: String, options: DataValue = .map([:]),
        variables: [String: DataValue] = [:], description: String? = nil
    ) {
        self.name = name
        self.type = type
        self.tags = tags
        self.driver = driver
        self.options = options
        self.variables = variables
        self.description = description
    }
}

/// Takes images that the board boots from next.
public protocol BootMedium: Sendable {
    /// Uses `images` from the next power-on, instead of the board's own media.
    ///
    /// - Throws: `job` when an image or its argument is not acceptable.
    func stage(_ images: [StagedImage]) async throws(Failure)
}

/// An image on the lab's disk, ready for a board.
public struct StagedImage: Hashable, Sendable, Codable {
    public var name: String
    /// Absolute.
    public var path: String
    /// LAVA's `image_arg`, with `{name}` where the path goes; nil for a plain file.
    public var argument: String?

    public init(name: String, path: String, argument: String? = nil) {
        self.name = name
        self.path = path
        self.argument = argument
    }
}
