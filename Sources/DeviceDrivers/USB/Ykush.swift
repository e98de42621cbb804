public import LabModel

/// The Yepkit hubs with switched ports: YKUSH, YKUSH XS and YKUSH3, as ykushcmd speaks to them.
///
/// A port's power and data really go; the controller stays, it sits before the switches.
public struct Ykush: SwitchDriver {
    private let device: String
    private let channels: ClosedRange<Int>
    private var port: HIDPort

    init(
        _ options: DriverOptions, _ links: any DriverLinks, _ id: USBID, channels: ClosedRange<Int>
    ) throws(Failure) {
        device = options.device
        self.channels = channels
        port = HIDPort(try links.usb(options.usbBinding([id])), device: device)
    }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try channels.checkChannel(channel, of: device)
        // 1n up, 0n down; the third generation's 5 V output is its fourth port.
        _ = try ask((isOn ? 0x10 : 0) | UInt8(channel))
    }

    /// All three ports go at once with 1A and 0A; other sets do not.
    public mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool {
        for channel in channels.keys.sorted() { try self.channels.checkChannel(channel, of: device) }
        guard Set(channels.keys) == [1, 2, 3], let isOn = channels[1], channels.values.allSatisfy({ $0 == isOn }) else {
            return false
        }
        _ = try ask(isOn ? 0x1A : 0x0A)
        return true
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try channels.checkChannel(channel, of: device)
        let answer = try ask(0x20 | UInt8(channel))
        // The low nibble repeats the port, the high one is its state.
        guard answer[1] & 0x0F == UInt8(channel), answer[1] >> 4 <= 1 else {
            throw .answer(
                answer.prefix(2).hexText, to: "the status of port \(channel)", expected: "01 and that port's state",
                at: device)
        }
        return answer[1] >> 4 == 1
    }

    public mutating func close() { port.close() }

    /// Sends one report and reads one back; its first byte is 1 when all is well.
    private mutating func ask(_ command: UInt8) throws(Failure) -> [UInt8] {
        // ykushcmd fills the report with zeros.
        try port.send([command] + [UInt8](repeating: 0, count: 63))
        guard let answer = try port.receive(64, timeout: .seconds(2)) else {
            throw Failure(.infrastructure, "did not answer command \([command].hexText) within 2 s", at: device)
        }
        guard answer.count >= 2, answer[0] == 1 else {
            throw .answer(
                answer.prefix(2).hexText, to: "command \([command].hexText)", expected: "01", at: device)
        }
        return answer
    }

    fileprivate static func kind(
        _ name: String, _ title: String, _ product: UInt16, _ channels: ClosedRange<Int>, afterPowerLoss: String
    ) -> DriverKind {
        let id = USBID(0x04D8, product)
        return DriverKind(
            DriverFacts(
                name: name, title: title, link: .usb, ids: [id], channels: channels, readBack: .hardware,
                afterPowerLoss: afterPowerLoss, options: [.usbSerial, .usbPath],
                proofs: [.tool("pdudaemon"), .bench],
                example: """
                    devices:
                      - name: hub
                        driver: \(name)
                        serial: YK12345
                    """)
        ) { (options, links) throws(Failure) in try Ykush(options, links, id, channels: channels) }
    }
}

extension DriverKind {
    static let ykush = Ykush.kind("ykush", "Yepkit YKUSH hub", 0xF2F7, 1...3, afterPowerLoss: "all on")
    static let ykushXS = Ykush.kind("ykushxs", "Yepkit YKUSH XS switch", 0xF0CD, 1...1, afterPowerLoss: "on")
    static let ykush3 = Ykush.kind(
        "ykush3", "Yepkit YKUSH3 hub (channel 4: its 5 V output)", 0xF11B, 1...4,
        afterPowerLoss: "as the board is configured; all on when new")
}
