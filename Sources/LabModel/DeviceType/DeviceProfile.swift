/// Everything the engine knows of a kind of board, with the board's and the job's own values already in it.
///
/// `JobDSL` makes it from the layers type < common < board < job context (`docs/device-types.md`).
public struct DeviceProfile: Hashable, Sendable, Codable {
    public var type: DeviceTypeName
    /// What people call it.
    public var description: String
    /// Such as `arm64`, in Debian's words.
    public var architecture: String
    public var deployMethods: [String]
    public var bootMethods: [String]
    public var characterDelays: CharacterDelays
    public var constants: Constants
    public var images: ImageFacts
    /// Those that the board can be started through, and that are talked to over its console.
    public var bootloaders: [BootloaderKind: BootloaderFacts]
    /// By boot command: `booti`, `bootm`, `bootz`.
    public var loadAddresses: [String: LoadAddresses]
    /// Device defaults of named timeouts.
    public var timeouts: [String: Duration]
    public var connectionTimeouts: [String: Duration]
    /// `commands.users`: name → what is done and undone.
    public var userCommands: [String: UserCommand]
    public var power: PowerFacts
    /// Written into the overlay's `environment`.
    public var environment: [String: String]
    /// How the board reaches the lab's servers.
    public var network: NetworkFacts?
    /// Options for the driver of an emulated board, as the type gives them.
    public var emulator: DataValue
    /// What other boot methods need, as the type gives it: `fastboot`, `dfu`, `uuu` and the like (`docs/device-types.md`).
    public var tools: [String: DataValue]

    public init(
        type: DeviceTypeName, description: String = "", architecture: String = "arm64", deployMethods: [String] = [],
        bootMethods: [String] = [], characterDelays: CharacterDelays = CharacterDelays(),
        constants: Constants = Constants(), images: ImageFacts = ImageFacts(),
        bootloaders: [BootloaderKind: BootloaderFacts] = [:],
        loadAddresses: [String: LoadAddresses] = [:], timeouts: [String: Duration] = [:],
        connectionTimeouts: [String: Duration] = [:], userCommands: [String: UserCommand] = [:],
        power: PowerFacts = PowerFacts(), environment: [String: String] = [:], network: NetworkFacts? = nil,
        emulator: DataValue = .map([:]), tools: [String: DataValue] = [:]
    ) {
        self.type = type
        self.description = description
        self.architecture = architecture
        self.deployMethods = deployMethods
        self.bootMethods = bootMethods
        self.characterDelays = characterDelays
        self.constants = constants
        self.images = images
        self.bootloaders = bootloaders
        self.loadAddresses = loadAddresses
        self.timeouts = timeouts
        self.connectionTimeouts = connectionTimeouts
        self.userCommands = userCommands
        self.power = power
        self.environment = environment
        self.network = network
        self.emulator = emulator
        self.tools = tools
    }
}

extension DeviceProfile {
    /// The boot loader that a boot block talks to; nil for methods without one, and when the type does not have it.
    public func bootloader(of boot: BootAction) -> BootloaderFacts? {
        boot.method.bootloader.flatMap { bootloaders[$0] }
    }
}
