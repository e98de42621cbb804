public import LabModel

/// The Ucreatefun relay card `HIDRelay`, 0519:2018. It takes output reports and tells nothing (usbrelay).
public struct Ucreatefun: SwitchDriver {
    private let device: String
    private var port: HIDPort

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        port = HIDPort(try links.usb(options.usbBinding([USBID(0x0519, 0x2018)])), device: device)
    }

    public mutating func open() throws(Failure) { try port.open() }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try (1...8).checkChannel(channel, of: device)
        // The first byte is the relay's number, plus F0 to energise it; the report has eight bytes.
        try port.send([UInt8(channel) + (isOn ? 0xF0 : 0), 0, 0, 0, 0, 0, 0, 0])
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try (1...8).checkChannel(channel, of: device)
        return nil
    }

    public mutating func close() { port.close() }
}

extension DriverKind {
    static let ucreatefun = DriverKind(
        DriverFacts(
            name: "ucreatefun", title: "Ucreatefun USB relay card (HIDRelay)", link: .usb, ids: [USBID(0x0519, 0x2018)],
            channels: 1...8, readBack: .none, options: [.usbPath, .usbSerial],
            proofs: [.tool("usbrelay"), .bench],
            example: """
                devices:
                  - name: relays
                    driver: ucreatefun
                    path: 1-4.2     # all cards have the same serial number
                """)
    ) { (options, links) throws(Failure) in try Ucreatefun(options, links) }
}
