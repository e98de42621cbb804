/// A `boot` block.
public struct BootAction: Hashable, Sendable, Codable {
    public enum Method: String, Sendable, Codable, CaseIterable {
        case qemu
        case uboot = "u-boot"
        case barebox
        case grub
        case minimal

        /// The boot loader that is talked to; nil for methods without one.
        public var bootloader: BootloaderKind? {
            switch self {
            case .uboot: .uboot
            case .barebox: .barebox
            case .grub: .grub
            case .qemu, .minimal: nil
            }
        }
    }

    /// The commands typed at the boot loader.
    public enum Commands: Hashable, Sendable, Codable {
        /// A command set of the device type, such as `ramdisk`.
        case set(String)
        /// Literal lines.
        case lines([String])
    }

    public var method: Method
    public var commands: Commands?
    /// Regular expressions, any of which is a shell prompt.
    public var prompts: [String]
    public var autoLogin: AutoLogin?
    public var transferOverlay: TransferOverlay?
    /// Lines typed to restart a board that has no power control.
    public var softReboot: [String]?
    public var ignoresKernelMessages: Bool
    /// A regular expression that ends the boot as failed.
    public var failureMessage: String?
    /// Overrides of the device type's constants; an empty string skips the wait.
    public var bootloaderFinalMessage: String?
    public var kernelStartMessage: String?
    public var shutdownMessage: String?
    /// `reset: false` leaves the power alone.
    public var resets: Bool

    public init(
        method: Method, commands: Commands? = nil, prompts: [String] = [], autoLogin: AutoLogin? = nil,
        transferOverlay: TransferOverlay? = nil, softReboot: [String]? = nil, ignoresKernelMessages: Bool = false,
        failureMessage: String? = nil, bootloaderFinalMessage: String? = nil, kernelStartMessage: String? = nil,
        shutdownMessage: String? = nil, resets: Bool = true
    ) {
        self.method = method
        self.commands = commands
        self.prompts = prompts
        self.autoLogin = autoLogin
        self.transferOverlay = transferOverlay
        self.softReboot = softReboot
        self.ignoresKernelMessages = ignoresKernelMessages
        self.failureMessage = failureMessage
        self.bootloaderFinalMessage = bootloaderFinalMessage
        self.kernelStartMessage = kernelStartMessage
        self.shutdownMessage = shutdownMessage
        self.resets = resets
    }
}

/// `auto_login` of a boot block.
public struct AutoLogin: Hashable, Sendable, Codable {
    /// A regular expression, never empty.
    public var loginPrompt: String
    public var username: String
    public var passwordPrompt: String?
    public var password: String?
    /// Typed after the login, each waiting for a prompt.
    public var loginCommands: [String]

    public init(
        loginPrompt: String, username: String, passwordPrompt: String? = nil, password: String? = nil,
        loginCommands: [String] = []
    ) {
        self.loginPrompt = loginPrompt
        self.username = username
        self.passwordPrompt = passwordPrompt
        self.password = password
        self.loginCommands = loginCommands
    }
}

/// `transfer_overlay` of a boot block: the booted board fetches the test overlay itself.
public struct TransferOverlay: Hashable, Sendable, Codable {
    /// The overlay's URL is appended.
    public var downloadCommand: String
    /// The file's name is appended.
    public var unpackCommand: String

    public init(downloadCommand: String, unpackCommand: String) {
        self.downloadCommand = downloadCommand
        self.unpackCommand = unpackCommand
    }
}
