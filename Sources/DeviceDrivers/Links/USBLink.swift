public import LabModel

/// One USB device as a driver sees it. It opens on the first call, is let go by `close`, and reopens on the next call.
/// Called on the device's own thread; every call blocks for at most its time-out.
///
/// Every failure is `infrastructure` and names the device.
public protocol USBLink: AnyObject {
    /// A request on endpoint 0 with data from the host to the device.
    ///
    /// - Parameter interface: claimed for the call, its kernel driver detached meanwhile; nil for requests to the device.
    func send(_ request: USBRequest, _ data: [UInt8]) throws(Failure)

    /// A request on endpoint 0 with data from the device to the host.
    ///
    /// - Returns: what came, at most `length` bytes.
    func receive(_ request: USBRequest, length: Int) throws(Failure) -> [UInt8]

    /// Sends to an interrupt or bulk endpoint of an interface.
    func write(_ data: [UInt8], endpoint: UInt8, timeout: Duration) throws(Failure)

    /// Reads from an interrupt or bulk endpoint of an interface; nil when nothing came in time.
    func read(_ length: Int, endpoint: UInt8, timeout: Duration) throws(Failure) -> [UInt8]?

    /// Keeps an interface claimed, its kernel driver detached, from the next call until `close`.
    func claim(interface: Int) throws(Failure)

    /// What the device says of itself, as read when it was opened.
    func identity() throws(Failure) -> USBIdentity

    /// The interfaces of the active configuration in their standard setting, as read when it was opened.
    func interfaces() throws(Failure) -> [USBInterface]

    /// Whether the last call failed because the device refused the request (a stall), rather than for silence or absence.
    var wasStalled: Bool { get }

    func close()
}

/// The head of a request on endpoint 0 (USB 2.0, section 9.3).
public struct USBRequest: Hashable, Sendable {
    public var type: UInt8
    public var request: UInt8
    public var value: UInt16
    public var index: UInt16
    public var timeout: Duration

    public init(
        type: UInt8, request: UInt8, value: UInt16, index: UInt16 = 0, timeout: Duration = .milliseconds(1000)
    ) {
        self.type = type
        self.request = request
        self.value = value
        self.index = index
        self.timeout = timeout
    }
}

/// What a USB device says of itself, and where it is plugged in.
public struct USBIdentity: Hashable, Sendable {
    public var id: USBID
    /// bcdDevice.
    public var release: UInt16
    /// bcdUSB.
    public var version: UInt16
    public var deviceClass: UInt8
    public var manufacturer: String?
    public var product: String?
    public var serial: String?
    /// Bus and ports down to the device, such as `1-4.2`; it stays while the device is plugged in there.
    public var path: String

    public init(
        id: USBID, release: UInt16 = 0, version: UInt16 = 0x0200, deviceClass: UInt8 = 0, manufacturer: String? = nil,
        product: String? = nil, serial: String? = nil, path: String
    ) {
        self.id = id
        self.release = release
        self.version = version
        self.deviceClass = deviceClass
        self.manufacturer = manufacturer
        self.product = product
        self.serial = serial
        self.path = path
    }
}

/// One interface of a USB device (USB 2.0, table 9-12).
public struct USBInterface: Hashable, Sendable {
    public var number: Int
    public var classCode: UInt8
    public var subclassCode: UInt8
    public var protocolCode: UInt8
    /// The addresses of its endpoints, with 0x80 for those to the host, in the order of the descriptor.
    public var endpoints: [UInt8]

    public init(
        number: Int, classCode: UInt8, subclassCode: UInt8 = 0, protocolCode: UInt8 = 0, endpoints: [UInt8] = []
    ) {
        self.number = number
        self.classCode = classCode
        self.subclassCode = subclassCode
        self.protocolCode = protocolCode
        self.endpoints = endpoints
    }
}
