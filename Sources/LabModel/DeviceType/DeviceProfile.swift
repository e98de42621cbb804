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
    public var bootloader: BootloaderFacts?
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

    public init(
        type: DeviceTypeName, description: String = "", architecture: String = "arm64", deployMethods: [String] = [],
        bootMethods: [String] = [], characterDelays: CharacterDelays = CharacterDelays(),
        constants: Constants = Constants(), bootloader: BootloaderFacts? = nil,
        loadAddresses: [String: LoadAddresses] = [:], timeouts: [String: Duration] = [:],
        connectionTimeouts: [String: Duration] = [:], userCommands: [String: UserCommand] = [:],
        power: PowerFacts = PowerFacts(), environment: [String: String] = [:], network: NetworkFacts? = nil,
        emulator: DataValue = .map([:])
    ) {
        self.type = type
        self.description = description
        self.architecture = architecture
        self.deployMethods = deployMethods
        self.bootMethods = bootMethods
        self.characterDelays = characterDelays
        self.constants = constants
        self.bootloader = bootloader
        self.loadAddresses = loadAddresses
        self.timeouts = timeouts
        self.connectionTimeouts = connectionTimeouts
        self.userCommands = userCommands
        self.power = power
        self.environment = environment
        self.network = network
        self.emulator = emulator
    }
}

/// Pauses between typed characters, by phase.
public struct CharacterDelays: Hashable, Sendable, Codable {
    public var deploy: Duration
    public var boot: Duration
    public var test: Duration

    public init(deploy: Duration = .zero, boot: Duration = .zero, test: Duration = .zero) {
        self.deploy = deploy
        self.boot = boot
        self.test = test
    }
}

/// What every kind of board has, LAVA's `constants`.
public struct Constants: Hashable, Sendable, Codable {
    /// The shell test scripts run under, such as `/bin/sh`.
    public var testShell: String
    /// The overlay's root on the board, with `%s` for the job's number.
    public var resultsDirectory: String
    /// Regular expressions.
    public var kernelStartMessage: String
    public var shutdownMessage: String
    public var loginIncorrectMessage: String
    public var loginTimedOutMessage: String
    /// Raises the retries of blocks that do not say; nil leaves them at one.
    public var failureRetry: Int?
    public var bootRetry: Int?

    public init(
        testShell: String = "/bin/sh", resultsDirectory: String = "/lava-%s",
        kernelStartMessage: String = "Linux version [0-9]",
        shutdownMessage: String = "The system is going down for reboot NOW",
        loginIncorrectMessage: String = "Login incorrect", loginTimedOutMessage: String = "Login timed out",
        failureRetry: Int? = nil, bootRetry: Int? = nil
    ) {
        self.testShell = testShell
        self.resultsDirectory = resultsDirectory
        self.kernelStartMessage = kernelStartMessage
        self.shutdownMessage = shutdownMessage
        self.loginIncorrectMessage = loginIncorrectMessage
        self.loginTimedOutMessage = loginTimedOutMessage
        self.failureRetry = failureRetry
        self.bootRetry = bootRetry
    }
}

/// How a boot loader is stopped and talked to.
public struct BootloaderFacts: Hashable, Sendable, Codable {
    /// Such as `u-boot`.
    public var kind: String
    /// Regular expressions.
    public var prompt: String
    public var interruptPrompt: String
    /// Typed to interrupt, before the newline.
    public var interruptCharacter: String
    /// Whether a newline follows the interrupt character.
    public var interruptNewline: Bool
    /// Control characters by name, such as `c`; used instead of the character when not empty.
    public var interruptControls: [String]
    /// Whether the boot must be interrupted; otherwise the prompt comes by itself.
    public var needsInterrupt: Bool
    /// Ends the boot loader's part; empty waits for nothing.
    public var finalMessage: String
    public var errorMessages: [String]
    /// Command sets by name, with LAVA's runtime placeholders such as `{SERVER_IP}` still in them.
    public var commandSets: [String: [String]]
    /// For mkimage, such as `arm64`.
    public var imageArchitecture: String
    /// `u-boot` wraps the ramdisk in a legacy header, `raw` passes its size.
    public var ramdiskFormat: String
    public var appendsDeviceTree: Bool

    public init(
        kind: String, prompt: String = "=>", interruptPrompt: String = "Hit any key to stop autoboot",
        interruptCharacter: String = "", interruptNewline: Bool = true, interruptControls: [String] = [],
        needsInterrupt: Bool = true, finalMessage: String = "Starting kernel", errorMessages: [String] = [],
        commandSets: [String: [String]] = [:], imageArchitecture: String = "arm64", ramdiskFormat: String = "u-boot",
        appendsDeviceTree: Bool = false
    ) {
        self.kind = kind
        self.prompt = prompt
        self.interruptPrompt = interruptPrompt
        self.interruptCharacter = interruptCharacter
        self.interruptNewline = interruptNewline
        self.interruptControls = interruptControls
        self.needsInterrupt = needsInterrupt
        self.finalMessage = finalMessage
        self.errorMessages = errorMessages
        self.commandSets = commandSets
        self.imageArchitecture = imageArchitecture
        self.ramdiskFormat = ramdiskFormat
        self.appendsDeviceTree = appendsDeviceTree
    }
}

/// Where a boot command wants its images in memory, as hexadecimal text.
public struct LoadAddresses: Hashable, Sendable, Codable {
    public var kernel: String
    public var ramdisk: String
    public var deviceTree: String
    public var tee: String?
    public var deviceTreeOverlay: String?

    public init(
        kernel: String, ramdisk: String, deviceTree: String, tee: String? = nil, deviceTreeOverlay: String? = nil
    ) {
        self.kernel = kernel
        self.ramdisk = ramdisk
        self.deviceTree = deviceTree
        self.tee = tee
        self.deviceTreeOverlay = deviceTreeOverlay
    }
}

/// A command of the device type's own, and how it is undone at the end of the job.
public struct UserCommand: Hashable, Sendable, Codable {
    public var perform: [String]
    public var undo: [String]

    public init(perform: [String], undo: [String] = []) {
        self.perform = perform
        self.undo = undo
    }
}

/// What a board's power supply needs.
public struct PowerFacts: Hashable, Sendable, Codable {
    /// Off at least this long before it is switched on again.
    public var minimumOffTime: Duration

    public init(minimumOffTime: Duration = .zero) {
        self.minimumOffTime = minimumOffTime
    }
}

/// Addresses as the board sees them.
public struct NetworkFacts: Hashable, Sendable, Codable {
    /// The lab's HTTP server, such as `10.0.2.2` from inside QEMU's user network.
    public var httpAddress: String
    /// The lab's TFTP server, LAVA's `{SERVER_IP}`.
    public var tftpAddress: String

    public init(httpAddress: String, tftpAddress: String) {
        self.httpAddress = httpAddress
        self.tftpAddress = tftpAddress
    }
}
