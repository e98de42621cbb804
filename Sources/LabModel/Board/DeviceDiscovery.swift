/// Looks at what is plugged into the lab's host. Opens no device that somebody might be using.
public protocol DeviceDiscovery: Sendable {
    func discover() async -> [DiscoveredDevice]
    /// Every driver that there is.
    var drivers: [DriverSummary] { get }
}

/// Something that is plugged in and could switch a board.
public struct DiscoveredDevice: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case usb, hub, serial, gpio
    }

    public var kind: Kind
    /// Where it is: `1-4.2`, `/dev/ttyUSB0`, `/dev/gpiochip0`. The same thing keeps it while it is plugged in.
    public var place: String
    /// What it says of itself.
    public var title: String
    /// Drivers that fit; the first one fits best.
    public var drivers: [String]
    /// Whether its ids leave no doubt about the first driver.
    public var isCertain: Bool
    /// Whether the first driver was proven by more than our own model of the device.
    public var isProven: Bool
    /// Devices of the configuration that mean it.
    public var configured: [String]
    /// An entry for `devices` and a board's power, ready to paste; nil for what no driver fits.
    public var entry: String?
    /// What labd cannot do with it now, such as for want of permission, and what mends that.
    public var obstacle: String?

    public init(
        kind: Kind, place: String, title: String, drivers: [String] = [], isCertain: Bool = false,
        isProven: Bool = false, configured: [String] = [], entry: String? = nil, obstacle: String? = nil
    ) {
        self.kind = kind
        self.place = place
        self.title = title
        self.drivers = drivers
        self.isCertain = isCertain
        self.isProven = isProven
        self.configured = configured
        self.entry = entry
        self.obstacle = obstacle
    }
}

/// What is known of a driver.
public struct DriverSummary: Hashable, Sendable, Codable {
    public var name: String
    public var title: String
    /// `usb`, `serial`, `network`, `gpio`, `hub` or `command`.
    public var link: String
    /// `vvvv:pppp`.
    public var ids: [String]
    /// As the device counts, such as `1...8`.
    public var channels: String
    /// `hardware`, `memory`, `some` or `none`.
    public var readBack: String
    /// What its channels do when labd dies: `keeps`, `drops` or `unknown`.
    public var ownerDeath: String
    /// What proved it besides our own model.
    public var proofs: [String]
    /// Whether programs that others wrote are among `proofs`.
    public var isProven: Bool
    public var options: [Option]
    /// At most ten lines of YAML.
    public var example: String

    /// One key of a device's entry.
    public struct Option: Hashable, Sendable, Codable {
        public var name: String
        public var meaning: String
        public var isRequired: Bool
        public var standard: String?

        public init(name: String, meaning: String, isRequired: Bool, standard: String?) {
            self.name = name
            self.meaning = meaning
            self.isRequired = isRequired
            self.standard = standard
        }
    }

    public init(
        name: String, title: String, link: String, ids: [String], channels: String, readBack: String,
        ownerDeath: String, proofs: [String], isProven: Bool, options: [Option],
        example: String
    ) {
        self.name = name
        self.title = title
        self.link = link
        self.ids = ids
        self.channels = channels
        self.readBack = readBack
        self.ownerDeath = ownerDeath
        self.proofs = proofs
        self.isProven = isProven
        self.options = options
        self.example = example
    }
}
