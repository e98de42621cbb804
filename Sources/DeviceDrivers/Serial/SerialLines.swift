public import LabModel

/// The control lines of a serial port as switches: channel 1 is DTR, channel 2 is RTS.
///
/// The kernel asserts both when a port is opened. So they are put right at once, in one call, and the port stays open;
/// it is set not to drop them when it is closed. A line that is asserted is at +V on RS-232 and low on the usual 3.3 V
/// adapters, hence `inverted`.
public struct SerialLines: SwitchDriver {
    private let device: String
    private let link: any ByteLink
    private let isInverted: Bool
    private var told = [1: false, 2: false]
    private var isOpen = false

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        link = try links.serial(options.serialBinding([]), baud: 0)
        isInverted = options.bool("inverted") ?? false
    }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) { _ = try set([channel: isOn]) }

    public mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool {
        for channel in channels.keys.sorted() { try (1...2).checkChannel(channel, of: device) }
        let wanted = told.merging(channels) { $1 }
        // Both lines each time: what the kernel made of the other one at opening must not stay.
        try link.setLines(dtr: wanted[1] != isInverted, rts: wanted[2] != isInverted)
        told = wanted
        isOpen = true
        return true
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try (1...2).checkChannel(channel, of: device)
        if !isOpen { _ = try set([:]) }
        let lines = try link.lines()
        return (channel == 1 ? lines.dtr : lines.rts) != isInverted
    }

    public mutating func close() {
        isOpen = false
        link.close()
    }
}

extension DriverKind {
    static let serialLines = DriverKind(
        DriverFacts(
            name: "serial-lines", title: "DTR (channel 1) and RTS (channel 2) of a serial port", link: .serial,
            channels: 1...2, readBack: .memory, ownerDeath: .unknown,
            afterPowerLoss: "off; both are asserted for a moment whenever the port is opened",
            options: DriverOption.serialPort + [
                DriverOption("inverted", .bool, standard: "false", "a channel is on while its line is not asserted")
            ],
            proofs: [.tool("pyserial"), .bench],
            example: """
                devices:
                  - name: lines
                    driver: serial-lines
                    tty: /dev/serial/by-path/pci-0000:00:14.0-usb-0:4.2:1.0-port0
                """)
    ) { (options, links) throws(Failure) in try SerialLines(options, links) }
}
