import LabModel

/// Reports to and from a HID device without the kernel's HID driver: over its interrupt endpoints, or by SET_REPORT where
/// it has none to the device (HID 1.11, section 7.2.2).
struct HIDPort {
    private let link: any USBLink
    private let device: String
    private var place: (interface: Int, input: UInt8?, output: UInt8?)?

    init(_ link: any USBLink, device: String) {
        self.link = link
        self.device = device
    }

    /// Opens the device, unless it is open.
    mutating func open() throws(Failure) { _ = try opened() }

    /// Sends an output report without a number.
    mutating func send(_ report: [UInt8], timeout: Duration = .seconds(1)) throws(Failure) {
        let place = try opened()
        guard let output = place.output else {
            // Type 2 is an output report; report number 0.
            let request = USBRequest(
                type: 0x21, request: 0x09, value: 0x0200, index: UInt16(place.interface), timeout: timeout)
            try link.send(request, report)
            return
        }
        try link.write(report, endpoint: output, timeout: timeout)
    }

    /// The next input report; nil when none came in time.
    mutating func receive(_ length: Int, timeout: Duration) throws(Failure) -> [UInt8]? {
        guard let input = try opened().input else {
            throw Failure(.infrastructure, "has no interrupt endpoint to read from", at: device)
        }
        return try link.read(length, endpoint: input, timeout: timeout)
    }

    mutating func close() {
        place = nil
        link.close()
    }

    /// The first interface of class 3; composite devices have others before it.
    private mutating func opened() throws(Failure) -> (interface: Int, input: UInt8?, output: UInt8?) {
        if let place { return place }
        guard let interface = try link.interfaces().first(where: { $0.classCode == 3 }) else {
            throw Failure(.infrastructure, "has no HID interface", at: device)
        }
        try link.claim(interface: interface.number)
        let found = (
            interface: interface.number, input: interface.endpoints.first { $0 & 0x80 != 0 },
            output: interface.endpoints.first { $0 & 0x80 == 0 }
        )
        place = found
        // An answer that came too late for whoever asked before must not be taken for the next one.
        try drain()
        return found
    }

    /// Throws away what came and nobody read. A device is asked every 10 ms or more often.
    mutating func drain() throws(Failure) {
        guard let input = try opened().input else { return }
        for _ in 0..<16 where try link.read(64, endpoint: input, timeout: .milliseconds(25)) == nil { return }
    }
}
