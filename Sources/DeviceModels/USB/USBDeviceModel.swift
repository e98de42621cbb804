/// The device's side of a USB device: what it says of itself, and what it answers. The same model stands behind a
/// driver's link in a unit test, and behind a real kernel's USB stack on the emulated bench.
///
/// Calls come one at a time, from whatever thread.
public protocol USBDeviceModel: AnyObject, Sendable {
    var identity: USBModelIdentity { get }

    /// Answers a request on endpoint 0 that is not one for the standard descriptors, addresses or configurations
    /// (USB 2.0, section 9.3).
    ///
    /// - Parameter data: what the host sends; empty for requests from device to host.
    /// - Returns: what the device sends, at most `setup.length` bytes; empty for requests from host to device. Nil stalls.
    func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]?

    /// Takes what the host sends to an OUT endpoint. False stalls.
    func take(_ data: [UInt8], endpoint: UInt8) -> Bool

    /// What an IN endpoint has to say now; nil when it has nothing yet, and the host keeps asking.
    func give(endpoint: UInt8, length: Int) -> [UInt8]?
}

extension USBDeviceModel {
    public func take(_ data: [UInt8], endpoint: UInt8) -> Bool { false }
    public func give(endpoint: UInt8, length: Int) -> [UInt8]? { nil }
}

/// The eight bytes that begin a request on endpoint 0 (USB 2.0, section 9.3, table 9-2).
public struct USBSetup: Hashable, Sendable {
    public var requestType: UInt8
    public var request: UInt8
    public var value: UInt16
    public var index: UInt16
    public var length: UInt16

    public init(requestType: UInt8, request: UInt8, value: UInt16, index: UInt16, length: UInt16) {
        self.requestType = requestType
        self.request = request
        self.value = value
        self.index = index
        self.length = length
    }

    /// Whether the data goes from the device to the host.
    public var isIn: Bool { requestType & 0x80 != 0 }
}

/// What a USB device says of itself.
public struct USBModelIdentity: Hashable, Sendable {
    public enum Speed: UInt8, Sendable {
        case low = 1, full, high
    }

    public var vendor: UInt16
    public var product: UInt16
    /// bcdDevice.
    public var release: UInt16
    public var speed: Speed
    public var manufacturer: String?
    public var productName: String?
    public var serial: String?
    /// Class, subclass and protocol of the device itself; zero where the interfaces say it.
    public var classCode: UInt8 = 0
    public var subclassCode: UInt8 = 0
    public var protocolCode: UInt8 = 0
    public var interfaces: [Interface]

    public struct Interface: Hashable, Sendable {
        public var classCode: UInt8
        public var subclassCode: UInt8
        public var protocolCode: UInt8
        /// Descriptors of the class, between the interface's and the endpoints', such as HID's.
        public var classDescriptors: [UInt8]
        public var endpoints: [Endpoint]
        /// The HID report descriptor, for interfaces of class 3.
        public var report: [UInt8]?

        public init(
            classCode: UInt8, subclassCode: UInt8 = 0, protocolCode: UInt8 = 0, classDescriptors: [UInt8] = [],
            endpoints: [Endpoint] = [], report: [UInt8]? = nil
        ) {
            self.classCode = classCode
            self.subclassCode = subclassCode
            self.protocolCode = protocolCode
            self.classDescriptors = classDescriptors
            self.endpoints = endpoints
            self.report = report
        }

        /// An interface of a HID device whose reports are blobs of `length` bytes from a vendor's page.
        ///
        /// - Parameter endpoints: the interrupt endpoints; every HID device has at least one to the host.
        public static func hid(reportLength length: UInt8, isFeature: Bool = false, endpoints: [Endpoint]) -> Interface
        {
            // Usage page FF00, one collection (HID 1.11, section 6.2.2).
            var report: [UInt8] = [0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08]
            report += [0x95, length, 0x09, 0x02]
            report += isFeature ? [0xB1, 0x02] : [0x81, 0x02, 0x09, 0x03, 0x91, 0x02]
            report += [0xC0]
            let size = UInt16(report.count)
            let descriptor: [UInt8] = [
                9, 0x21, 0x11, 0x01, 0, 1, 0x22, UInt8(truncatingIfNeeded: size), UInt8(truncatingIfNeeded: size >> 8),
            ]
            return Interface(classCode: 3, classDescriptors: descriptor, endpoints: endpoints, report: report)
        }
    }

    public struct Endpoint: Hashable, Sendable {
        /// With 0x80 for those to the host.
        public var address: UInt8
        /// 2 bulk, 3 interrupt.
        public var attributes: UInt8
        public var packetSize: UInt16
        public var interval: UInt8

        public init(address: UInt8, attributes: UInt8, packetSize: UInt16, interval: UInt8 = 1) {
            self.address = address
            self.attributes = attributes
            self.packetSize = packetSize
            self.interval = interval
        }
    }

    public init(
        vendor: UInt16, product: UInt16, release: UInt16 = 0x0100, speed: Speed = .full, manufacturer: String? = nil,
        productName: String? = nil, serial: String? = nil, interfaces: [Interface]
    ) {
        self.vendor = vendor
        self.product = product
        self.release = release
        self.speed = speed
        self.manufacturer = manufacturer
        self.productName = productName
        self.serial = serial
        self.interfaces = interfaces
    }
}
