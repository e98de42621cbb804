import CUSB
import Glibc
import LabModel

/// One USB device through libusb.
final class LibUSBLink: USBLink {
    private let host: USBHost
    private let binding: USBBinding
    private var handle: OpaquePointer?
    private var found: USBIdentity?
    /// Interfaces that stay claimed until the device is let go.
    private var kept: Set<Int32> = []
    /// Interfaces that are to be claimed when the device is opened.
    private var wanted: Set<Int32> = []

    /// Somebody else may have the interface for a moment, such as a tool that reads the card's state.
    private static let claimAttempts = 100

    init(_ binding: USBBinding, host: USBHost) {
        self.binding = binding
        self.host = host
    }

    deinit { close() }

    func send(_ request: USBRequest, _ data: [UInt8]) throws(Failure) {
        var data = data
        let count = try transfer(request, &data)
        guard count == data.count else {
            throw failure("took \(count) of \(data.count) bytes")
        }
    }

    func receive(_ request: USBRequest, length: Int) throws(Failure) -> [UInt8] {
        var data = [UInt8](repeating: 0, count: length)
        let count = try transfer(request, &data)
        return Array(data.prefix(count))
    }

    func write(_ data: [UInt8], endpoint: UInt8, timeout: Duration) throws(Failure) {
        var data = data
        let (status, count) = try endpointTransfer(endpoint, &data, timeout)
        try check(status)
        guard count == data.count else { throw failure("took \(count) of \(data.count) bytes") }
    }

    func read(_ length: Int, endpoint: UInt8, timeout: Duration) throws(Failure) -> [UInt8]? {
        var data = [UInt8](repeating: 0, count: length)
        let (status, count) = try endpointTransfer(endpoint | 0x80, &data, timeout)
        if status == LIBUSB_ERROR_TIMEOUT.rawValue, count == 0 { return nil }
        try check(status)
        return Array(data.prefix(count))
    }

    func claim(interface: Int) throws(Failure) {
        wanted.insert(Int32(interface))
        if handle != nil { try keep() }
    }

    func identity() throws(Failure) -> USBIdentity {
        _ = try opened()
        guard let found else { throw failure("is gone") }
        return found
    }

    private(set) var wasStalled = false

    func interfaces() throws(Failure) -> [USBInterface] {
        let handle = try opened()
        var interfaces: [USBInterface] = []
        try forEachInterface(of: handle) { descriptor, setting in
            guard setting == 0 else { return }
            interfaces.append(
                USBInterface(
                    number: Int(descriptor.bInterfaceNumber), classCode: descriptor.bInterfaceClass,
                    subclassCode: descriptor.bInterfaceSubClass, protocolCode: descriptor.bInterfaceProtocol,
                    endpoints: (0..<Int(descriptor.bNumEndpoints)).map { descriptor.endpoint[$0].bEndpointAddress }))
        }
        return interfaces
    }

    func close() {
        guard let handle else { return }
        for interface in kept { libusb_release_interface(handle, interface) }
        kept = []
        libusb_close(handle)
        self.handle = nil
        found = nil
    }

    // MARK: the way down

    private func opened() throws(Failure) -> OpaquePointer {
        if let handle { return handle }
        let identity = try USBMatch.one(binding, among: host.tree.identities())
        let made = try host.open(identity, as: binding.device)
        handle = made
        found = identity
        try keep()
        return made
    }

    private func keep() throws(Failure) {
        guard let handle else { return }
        for interface in wanted.subtracting(kept).sorted() {
            try claim(interface, of: handle)
            kept.insert(interface)
        }
    }

    private func transfer(_ request: USBRequest, _ data: inout [UInt8]) throws(Failure) -> Int {
        let handle = try opened()
        // Recipient 1 is an interface, named by the index's low byte (USB 2.0, table 9-2).
        let interface = request.type & 0x1F == 1 ? Int32(request.index & 0xFF) : nil
        return try claimed(interface, of: handle) { () throws(Failure) in
            let status = libusb_control_transfer(
                handle, request.type, request.request, request.value, request.index, &data, UInt16(data.count),
                Self.milliseconds(request.timeout))
            try check(status)
            return Int(status)
        }
    }

    private func endpointTransfer(
        _ endpoint: UInt8, _ data: inout [UInt8], _ timeout: Duration
    ) throws(Failure) -> (status: Int32, count: Int) {
        let handle = try opened()
        guard let (interface, isInterrupt) = try place(of: endpoint, handle) else {
            throw failure("has no endpoint 0x\(String(endpoint, radix: 16))")
        }
        return try claimed(interface, of: handle) { () throws(Failure) in
            var count: Int32 = 0
            let transfer = isInterrupt ? libusb_interrupt_transfer : libusb_bulk_transfer
            let status = transfer(handle, endpoint, &data, Int32(data.count), &count, Self.milliseconds(timeout))
            return (status, Int(count))
        }
    }

    /// Which interface an endpoint belongs to, in the present configuration.
    private func place(
        of endpoint: UInt8, _ handle: OpaquePointer
    ) throws(Failure) -> (interface: Int32, isInterrupt: Bool)? {
        var place: (Int32, Bool)?
        try forEachInterface(of: handle) { descriptor, _ in
            for number in 0..<Int(descriptor.bNumEndpoints)
            where descriptor.endpoint[number].bEndpointAddress == endpoint {
                // The low two bits are the kind of transfer; 3 is interrupt (USB 2.0, table 9-13).
                place = place ?? (Int32(descriptor.bInterfaceNumber), descriptor.endpoint[number].bmAttributes & 3 == 3)
            }
        }
        return place
    }

    /// Every interface of the active configuration, in each of its settings.
    private func forEachInterface(
        of handle: OpaquePointer, _ body: (libusb_interface_descriptor, Int) -> Void
    ) throws(Failure) {
        var read: UnsafeMutablePointer<libusb_config_descriptor>?
        try check(libusb_get_active_config_descriptor(libusb_get_device(handle), &read))
        guard let configuration = read else { return }
        defer { libusb_free_config_descriptor(configuration) }
        for index in 0..<Int(configuration.pointee.bNumInterfaces) {
            let interface = configuration.pointee.interface[index]
            for setting in 0..<Int(interface.num_altsetting) { body(interface.altsetting[setting], setting) }
        }
    }

    /// Claims an interface for the time of `body` unless it is kept anyway; its kernel driver comes back afterwards.
    private func claimed<Result>(
        _ interface: Int32?, of handle: OpaquePointer, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let interface, !kept.contains(interface) else { return try body() }
        try claim(interface, of: handle)
        defer { libusb_release_interface(handle, interface) }
        return try body()
    }

    private func claim(_ interface: Int32, of handle: OpaquePointer) throws(Failure) {
        var status = libusb_claim_interface(handle, interface)
        for _ in 1..<Self.claimAttempts where status == LIBUSB_ERROR_BUSY.rawValue {
            usleep(10_000)
            status = libusb_claim_interface(handle, interface)
        }
        if status == LIBUSB_ERROR_BUSY.rawValue { throw failure("is in use by another program") }
        try check(status)
    }

    private func check(_ status: Int32) throws(Failure) {
        wasStalled = status == LIBUSB_ERROR_PIPE.rawValue
        guard status < 0 else { return }
        switch status {
        case LIBUSB_ERROR_NO_DEVICE.rawValue:
            close()
            throw failure("is gone")
        case LIBUSB_ERROR_TIMEOUT.rawValue: throw failure("does not answer")
        case LIBUSB_ERROR_PIPE.rawValue: throw failure("refuses the request")
        default: throw failure("fails: \(String(cString: libusb_strerror(status)))")
        }
    }

    private func failure(_ what: String) -> Failure {
        let place = found.map { " (\($0.id) at \($0.path))" } ?? ""
        return Failure(.infrastructure, "the USB device\(place) \(what)", at: binding.device)
    }

    private static func milliseconds(_ duration: Duration) -> UInt32 {
        // Zero would wait for ever.
        UInt32(clamping: max(duration.nanoseconds / 1_000_000, 1))
    }
}
