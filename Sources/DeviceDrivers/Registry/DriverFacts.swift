public import LabModel

/// What is known of one kind of device before any is opened: how it is bound, what it promises, how it was proven.
public struct DriverFacts: Sendable {
    /// As `driver:` of a device names it.
    public var name: String
    /// For people, such as `dcttech USB relay card`.
    public var title: String
    public var link: LinkKind
    /// USB devices that are certainly of this kind, or may be.
    public var ids: [USBID]
    /// As the device itself counts.
    public var channels: ClosedRange<Int>
    public var readBack: ReadBack
    /// What the channels do when labd dies.
    public var ownerDeath: OwnerDeath
    /// What the channels do when the device loses its own supply, and comes back.
    public var afterPowerLoss: String
    /// The least time between two commands.
    public var minimumInterval: Duration
    /// Whether the device can keep a pulse's time itself.
    public var timesPulses: Bool
    /// The keys of a device's entry besides `name` and `driver`.
    public var options: [DriverOption]
    /// What proved the driver besides our own model of the device.
    public var proofs: [DriverProof]
    /// A device's entry and a board's power, ready to paste; at most ten lines.
    public var example: String

    /// Whether a program that others wrote agrees. A bench of our own models, with real kernel interfaces before them,
    /// shows that a driver works there, and not that the models are right.
    public var isProven: Bool {
        proofs.contains { if case .tool = $0 { true } else { false } }
    }

    public init(
        name: String, title: String, link: LinkKind, ids: [USBID] = [], channels: ClosedRange<Int>, readBack: ReadBack,
        ownerDeath: OwnerDeath = .keeps, afterPowerLoss: String = "all off", minimumInterval: Duration = .zero,
        timesPulses: Bool = false, options: [DriverOption] = [], proofs: [DriverProof] = [], example: String
    ) {
        self.name = name
        self.title = title
        self.link = link
        self.ids = ids
        self.channels = channels
        self.readBack = readBack
        self.ownerDeath = ownerDeath
        self.afterPowerLoss = afterPowerLoss
        self.minimumInterval = minimumInterval
        self.timesPulses = timesPulses
        self.options = options
        self.proofs = proofs
        self.example = example
    }
}

/// How a device is reached.
public enum LinkKind: String, Sendable, CaseIterable {
    case usb, serial, network, gpio, hub, command
}

/// What a device can say of its channels.
public enum ReadBack: String, Sendable, CaseIterable {
    /// The contacts, or the state of the outputs themselves.
    case hardware
    /// What it was last told, kept in the device.
    case memory
    /// Some of these devices answer, others do not.
    case some
    case none
}

/// What proved a driver, besides a model by the driver's own author.
public enum DriverProof: Hashable, Sendable, CustomStringConvertible {
    /// A program that others wrote agrees about the same device or the same model of it.
    case tool(String)
    /// A real kernel interface on the emulated bench.
    case bench

    public var description: String {
        switch self {
        case .tool(let name): name
        case .bench: "emulated bench"
        }
    }
}

/// One key of a device's entry.
public struct DriverOption: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case text, integer(ClosedRange<Int>), bool, duration, usbID, secret
        /// One text, or a list of 1 to 64.
        case texts
        case choice([String])
        /// A program and its arguments, as a list.
        case words
    }

    public var name: String
    public var kind: Kind
    public var isRequired: Bool
    /// One line, for documentation and for error messages.
    public var meaning: String
    /// What counts when it is not given, for documentation.
    public var standard: String?

    public init(_ name: String, _ kind: Kind, isRequired: Bool = false, standard: String? = nil, _ meaning: String) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.meaning = meaning
        self.standard = standard
    }
}
