/// One request of the kernel's virtual host controller to a device, as it comes over the wire.
///
/// The wire is that of the kernel's documentation, Documentation/usb/usbip_protocol.rst: 48 bytes of header, all numbers
/// big-endian but those of the setup packet; then the data of requests from host to device.
struct USBIPRequest: Hashable, Sendable {
    /// Length of the header of every message, in both directions.
    static let headerLength = 48

    enum Command: UInt32 {
        case submit = 1, unlink, submitReply, unlinkReply
    }

    enum Body: Hashable, Sendable {
        /// - Parameter length: how many bytes follow, or how many are wanted.
        /// - Parameter packets: isochronous packets; their descriptors follow the data.
        case submit(setup: USBSetup, length: Int, packets: Int)
        /// Takes back the request of this number.
        case unlink(UInt32)
    }

    var sequence: UInt32
    var isIn: Bool
    /// Without the direction bit.
    var endpoint: UInt8
    var body: Body

    /// Nil for what no host controller says.
    init?(header bytes: [UInt8]) {
        guard bytes.count == Self.headerLength else { return nil }
        func word(_ at: Int) -> UInt32 {
            bytes[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        func little(_ at: Int) -> UInt16 {
            UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
        }
        sequence = word(4)
        isIn = word(12) == 1
        endpoint = UInt8(truncatingIfNeeded: word(16) & 0x0F)
        switch Command(rawValue: word(0)) {
        case .submit:
            let setup = USBSetup(
                requestType: bytes[40], request: bytes[41], value: little(42), index: little(44), length: little(46))
            // -1 says that the request is not isochronous.
            let packets = Int32(bitPattern: word(32))
            body = .submit(setup: setup, length: Int(word(24)), packets: max(0, Int(packets)))
        case .unlink: body = .unlink(word(20))
        default: return nil
        }
    }

    /// What the device answers.
    ///
    /// - Parameter status: 0, or the negative number of the kernel's error: -32 for a stall.
    /// - Parameter taken: how many bytes it took, for requests from host to device.
    func reply(status: Int32, data: [UInt8] = [], taken: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerLength + data.count)
        func append(_ word: UInt32) {
            for shift in stride(from: 24, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        var isUnlink = false
        if case .unlink = body { isUnlink = true }
        append((isUnlink ? Command.unlinkReply : .submitReply).rawValue)
        append(sequence)
        // Device, direction and endpoint: the host knows them by the number.
        for _ in 0..<3 { append(0) }
        append(UInt32(bitPattern: status))
        if !isUnlink { append(UInt32(isIn ? data.count : taken)) }
        bytes += [UInt8](repeating: 0, count: Self.headerLength - bytes.count)
        return isIn ? bytes + data : bytes
    }
}
