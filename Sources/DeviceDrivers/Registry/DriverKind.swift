public import LabModel

/// One entry of the registry: what is known of a kind of device, and how a driver for one is made.
public struct DriverKind: Sendable {
    public var facts: DriverFacts
    /// Makes a driver. Nothing is opened: the device may be unplugged now.
    public var make: @Sendable (DriverOptions, any DriverLinks) throws(Failure) -> any SwitchDriver

    public init(
        _ facts: DriverFacts,
        make: @escaping @Sendable (DriverOptions, any DriverLinks) throws(Failure) -> any SwitchDriver
    ) {
        self.facts = facts
        self.make = make
    }
}

/// Where drivers get their connections from: the host's, or a test's with models behind them. Making one opens nothing.
public protocol DriverLinks: Sendable {
    /// - Throws: `configuration` when the binding is impossible.
    func usb(_ binding: USBBinding) throws(Failure) -> any USBLink

    /// What is plugged in now and may be meant, by path. For devices whose serial number is not in their descriptor, so
    /// that each must be asked. Called on the device's own thread.
    func usbCandidates(_ binding: USBBinding) throws(Failure) -> [USBIdentity]

    /// - Parameter baud: bits a second; 0 leaves the port's speed.
    func serial(_ binding: SerialBinding, baud: Int) throws(Failure) -> any ByteLink

    func tcp(host: String, port: Int, timeout: Duration) throws(Failure) -> any ByteLink

    /// - Parameter url: `http://host:port` or `https://host:port`, without a path.
    func http(_ url: String, credentials: HTTPCredentials?) throws(Failure) -> any HTTPLink

    /// A socket of datagrams, connected to one peer.
    func udp(host: String, port: Int) throws(Failure) -> any DatagramLink

    /// Lines of a gpiochip, held by the keeper.
    func gpio(_ binding: GPIOBinding) throws(Failure) -> any GPIOLink

    /// A program of the host.
    func command() -> any CommandLink

    /// A port of a USB hub.
    func hub(_ binding: HubBinding) throws(Failure) -> any HubLink
}

/// Which USB device is meant: never a device number, which changes whenever it is plugged in.
public struct USBBinding: Hashable, Sendable {
    /// The devices that may be meant.
    public var ids: [USBID]
    /// The serial number of its descriptor.
    public var serial: String?
    /// Bus and ports, such as `1-4.2`.
    public var path: String?
    /// What its product string begins with, for ids that many products share.
    public var productPrefix: String?
    /// How messages name it.
    public var device: String

    public init(
        ids: [USBID], serial: String? = nil, path: String? = nil, productPrefix: String? = nil, device: String
    ) {
        self.ids = ids
        self.serial = serial
        self.path = path
        self.productPrefix = productPrefix
        self.device = device
    }
}

/// Which serial port is meant: a device node (best one below `/dev/serial/by-path` or `by-id`), or the USB adapter
/// behind it.
public struct SerialBinding: Hashable, Sendable {
    public var node: String?
    public var usb: USBBinding?
    /// Which port of an adapter with several, from 0.
    public var port: Int
    public var device: String

    public init(node: String? = nil, usb: USBBinding? = nil, port: Int = 0, device: String) {
        self.node = node
        self.usb = usb
        self.port = port
        self.device = device
    }
}

/// How a device that speaks HTTP is logged in to.
public struct HTTPCredentials: Hashable, Sendable {
    public enum Scheme: String, Sendable, CaseIterable {
        case basic, digest, bearer
    }

    public var scheme: Scheme
    public var user: String
    public var secret: String

    public init(scheme: Scheme, user: String, secret: String) {
        self.scheme = scheme
        self.user = user
        self.secret = secret
    }
}

/// A socket of datagrams to one peer. Called on the device's own thread.
public protocol DatagramLink: AnyObject {
    func send(_ data: [UInt8]) throws(Failure)
    /// - Returns: the next datagram; nil when none came in time.
    func receive(timeout: Duration) throws(Failure) -> [UInt8]?
    func close()
}

/// A program that is run to switch something. Called on the device's own thread.
public protocol CommandLink: AnyObject {
    /// Runs a program to its end in a process group of its own, which ends with it.
    ///
    /// - Returns: its exit code (128 + n after signal n), and the first 64 KiB of its output and complaints.
    /// - Throws: `infrastructure` when it cannot be started, or does not end in time; then it was killed.
    func run(
        _ program: String, _ arguments: [String], environment: [String: String], timeout: Duration
    ) throws(Failure) -> (status: Int32, output: [UInt8], errors: [UInt8])
}
