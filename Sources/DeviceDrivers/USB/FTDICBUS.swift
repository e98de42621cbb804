public import LabModel

/// The control pins of an FTDI chip, CBUS0 to CBUS3. Each must be set to "I/O mode" in the chip's EEPROM.
///
/// Where the kernel's `ftdi_sio` offers them as a gpiochip, its lines keep the serial port usable meanwhile; this driver
/// takes the chip for itself.
public struct FTDICBUS: SwitchDriver {
    private let pins: FTDIPins
    private let outputs: UInt8
    private var isOpen = false
    private var told: UInt8 = 0

    static let ids = [0x6001, 0x6014, 0x6015].map { USBID(0x0403, $0) }

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        pins = FTDIPins(
            try links.usb(options.usbBinding(Self.ids)), interface: 0, device: options.device, hasSeveral: false)
        outputs = UInt8(options.integer("outputs") ?? 0x0F)
    }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) { _ = try set([channel: isOn]) }

    public mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool {
        var wanted = told
        for (channel, isOn) in channels {
            let bit = try bit(of: channel)
            wanted = isOn ? wanted | bit : wanted & ~bit
        }
        try open()
        try drive(wanted)
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
        try (0...3).checkChannel(channel, of: pins.device)
        guard outputs >> channel & 1 == 1 else {
            throw Failure(.configuration, "pin \(channel) is not among the 'outputs'", at: pins.device)
        }
        return 1 << channel
    }

    public mutating func open() throws(Failure) {
        if isOpen { return }
        try pins.claim()
        try drive(told)
        isOpen = true
    }

    /// Directions in the high nibble, values in the low one.
    private func drive(_ values: UInt8) throws(Failure) { try pins.enter(.control, mask: outputs << 4 | values) }
}

extension DriverKind {
    static let ftdiCBUS = DriverKind(
        DriverFacts(
            name: "ftdi-cbus", title: "FTDI chip, its control pins CBUS0…3 as outputs", link: .usb, ids: FTDICBUS.ids,
            channels: 0...3, readBack: .hardware, ownerDeath: .drops, afterPowerLoss: "not driven",
            options: [
                .usbSerial, .usbPath, .usbID,
                DriverOption(
                    "outputs", .integer(1...15), standard: "15",
                    "the pins that may be driven: 1 for CBUS0, 2 for CBUS1…"),
            ],
            proofs: [.tool("gpioset"), .bench],
            example: """
                devices:
                  - name: pins
                    driver: ftdi-cbus
                    serial: DT01ABCD
                    outputs: 1       # CBUS0
                """)
    ) { (options, links) throws(Failure) in try FTDICBUS(options, links) }
}
