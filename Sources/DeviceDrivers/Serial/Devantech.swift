public import LabModel

/// The USB-RLY modules by Devantech with up to eight relays: one byte a command (their technical documentation).
public struct Devantech: SwitchDriver {
    private let device: String
    private let link: any ByteLink

    static let ids = [USBID(0x04D8, 0xFFEE)]

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        // The speed is of no meaning on CDC-ACM; the documentation has 19200.
        link = try links.serial(options.serialBinding(Self.ids), baud: 19200)
    }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try (1...8).checkChannel(channel, of: device)
        // 65 to 6C switch relays 1 to 8 on, 6F to 76 off. Nothing is acknowledged.
        try link.write([(isOn ? 0x65 : 0x6F) + UInt8(channel - 1)])
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try (1...8).checkChannel(channel, of: device)
        return try mask() >> (channel - 1) & 1 == 1
    }

    /// 5C and a mask set all relays at once.
    public mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool {
        for channel in channels.keys.sorted() { try (1...8).checkChannel(channel, of: device) }
        var wanted = try mask()
        for (channel, isOn) in channels {
            let bit: UInt8 = 1 << (channel - 1)
            wanted = isOn ? wanted | bit : wanted & ~bit
        }
        try link.write([0x5C, wanted])
        return true
    }

    public mutating func describe() throws(Failure) -> String? {
        // 5A: the module's number, the firmware's version.
        try link.discardInput()
        try link.write([0x5A])
        let answer = try link.read(2, timeout: .milliseconds(500))
        guard answer.count == 2 else {
            throw .answer(answer.hexText, to: "the question for its version", expected: "two bytes", at: device)
        }
        return "module \(answer[0]), firmware \(answer[1])"
    }

    public mutating func close() { link.close() }

    /// 5B: one byte, bit 0 the first relay. A byte carries no check, so it is asked for twice and nothing may follow.
    private func mask() throws(Failure) -> UInt8 {
        try link.discardInput()
        try link.write([0x5B, 0x5B])
        let answer = try link.read(2, timeout: .milliseconds(500))
        guard answer.count == 2, answer[0] == answer[1] else {
            throw .answer(
                answer.hexText, to: "two questions for its relays", expected: "the same byte twice", at: device)
        }
        return answer[0]
    }
}

extension DriverKind {
    static let devantech = DriverKind(
        DriverFacts(
            name: "devantech", title: "Devantech USB-RLY relay module", link: .serial, ids: Devantech.ids,
            channels: 1...8, readBack: .memory, options: DriverOption.serialPort,
            proofs: [.tool("pdudaemon"), .bench],
            example: """
                devices:
                  - name: relays
                    driver: devantech
                    serial: "00012345"
                """)
    ) { (options, links) throws(Failure) in try Devantech(options, links) }
}
