public import LabModel

/// Relay boards with an FTDI chip whose eight data pins are driven one by one ("asynchronous bit-bang").
public struct FTDIBitbang: SwitchDriver {
    private let pins: FTDIPins
    private let outputs: UInt8
    private var isOpen = false
    /// What the pins were last told: a pin cannot be written alone.
    private var told: UInt8 = 0

    static let ids = [0x6001, 0x6010, 0x6011, 0x6014, 0x6015].map { USBID(0x0403, $0) }

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        let interface = ["A", "B", "C", "D"].firstIndex(of: options.text("interface") ?? "A") ?? 0
        pins = FTDIPins(
            try links.usb(options.usbBinding(Self.ids)), interface: interface, device: options.device,
            hasSeveral: interface > 0)
        outputs = UInt8(options.integer("outputs") ?? 0xFF)
    }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) { _ = try set([channel: isOn]) }

    public mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool {
        var wanted = told
        for (channel, isOn) in channels {
            let bit = try bit(of: channel)
            wanted = isOn ? wanted | bit : wanted & ~bit
        }
        try open()
        try pins.write(wanted)
        told = wanted
        return true
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        let bit = try bit(of: channel)
        try open()
        return try pins.levels(of: outputs) & bit != 0
    }

    public mutating func close() {
        isOpen = false
        pins.close()
    }

    private func bit(of channel: Int) throws(Failure) -> UInt8 {
        try (0...7).checkChannel(channel, of: pins.device)
        guard outputs >> channel & 1 == 1 else {
            throw Failure(.configuration, "pin \(channel) is not among the 'outputs'", at: pins.device)
        }
        return 1 << channel
    }

    public mutating func open() throws(Failure) {
        if isOpen { return }
        try pins.claim()
        try pins.enter(.bits, mask: outputs)
        try pins.write(told)
        isOpen = true
    }
}

extension DriverKind {
    static let ftdiBitbang = DriverKind(
        DriverFacts(
            name: "ftdi-bitbang", title: "FTDI chip, its data pins as outputs (SainSmart and other relay boards)",
            link: .usb, ids: FTDIBitbang.ids, channels: 0...7, readBack: .hardware, ownerDeath: .drops,
            afterPowerLoss: "not driven",
            options: [
                .usbSerial, .usbPath, .usbID, .ftdiOutputs,
                DriverOption("interface", .choice(["A", "B", "C", "D"]), standard: "A", "the channel of the chip"),
            ],
            proofs: [.tool("pyftdi"), .bench],
            example: """
                devices:
                  - name: relays
                    driver: ftdi-bitbang
                    serial: A50285BI
                    outputs: 15      # D0 to D3
                """)
    ) { (options, links) throws(Failure) in try FTDIBitbang(options, links) }
}
