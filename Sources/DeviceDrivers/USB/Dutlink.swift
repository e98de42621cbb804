public import LabModel

/// The power switch of a dutlink board, 2b23:1012. Requests as in its published firmware (dutlink-firmware, control.rs).
///
/// The firmware tells what its meter shows, not what its switch is set to; so there is a measurement and no read-back.
public struct Dutlink: SwitchDriver {
    private let device: String
    private let link: any USBLink
    private let isForced: Bool
    private var interface: UInt16?

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        link = try links.usb(options.usbBinding([USBID(0x2B23, 0x1012)]))
        isForced = options.bool("force") ?? false
    }

    public mutating func open() throws(Failure) { _ = try controlInterface() }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try (1...1).checkChannel(channel, of: device)
        // Power: 0 off, 1 on; 2 and 3 the same without the control lines that are configured to go along.
        try request(1, value: (isOn ? 1 : 0) + (isForced ? 2 : 0))
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try (1...1).checkChannel(channel, of: device)
        return nil
    }

    public mutating func measure(_ channel: Int) throws(Failure) -> MeterReading? {
        try (1...1).checkChannel(channel, of: device)
        // Readings are kept until the next refresh, request 0.
        try request(0, value: 0)
        let text = try reading(1)
        let numbers = text.split(separator: " ").map { (unit: $0.last, value: Double($0.dropLast())) }
        guard numbers.map(\.unit) == ["W", "V", "A"], numbers.allSatisfy({ $0.value != nil }) else {
            throw .answer(
                Array(text.utf8).lineText, to: "the meter's request", expected: "watts, volts, amperes", at: device)
        }
        return MeterReading(voltage: numbers[1].value, current: numbers[2].value, power: numbers[0].value)
    }

    public mutating func describe() throws(Failure) -> String? { "firmware \(try reading(0))" }

    public mutating func close() {
        interface = nil
        link.close()
    }

    /// A vendor request to the interface, without data.
    private mutating func request(_ request: UInt8, value: UInt16) throws(Failure) {
        try link.send(USBRequest(type: 0x41, request: request, value: value, index: try controlInterface()), [])
    }

    /// Request 4 reads a text: 0 the firmware's version, 1 watts, volts and amperes.
    private mutating func reading(_ key: UInt16) throws(Failure) -> String {
        let bytes = try link.receive(
            USBRequest(type: 0xC1, request: 4, value: key, index: try controlInterface()), length: 512)
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .answer(bytes.lineText, to: "reading \(key)", expected: "a line of text", at: device)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The interface of class ff/01/01, behind those of the console.
    private mutating func controlInterface() throws(Failure) -> UInt16 {
        if let interface { return interface }
        let found = try link.interfaces().first { $0.classCode == 0xFF && $0.subclassCode == 1 && $0.protocolCode == 1 }
        guard let found else { throw Failure(.infrastructure, "has no control interface (class ff/01/01)", at: device) }
        interface = UInt16(found.number)
        return UInt16(found.number)
    }
}

extension DriverKind {
    static let dutlink = DriverKind(
        DriverFacts(
            name: "dutlink", title: "Dutlink board (its power switch)", link: .usb, ids: [USBID(0x2B23, 0x1012)],
            channels: 1...1, readBack: .none, afterPowerLoss: "off",
            options: [
                .usbSerial, .usbPath,
                DriverOption(
                    "force", .bool, standard: "false", "switches without the control lines configured in the board"),
            ],
            proofs: [.tool("jumpstarter"), .bench],
            example: """
                devices:
                  - name: dutlink
                    driver: dutlink
                    serial: e5a1b2c3
                """)
    ) { (options, links) throws(Failure) in try Dutlink(options, links) }
}
