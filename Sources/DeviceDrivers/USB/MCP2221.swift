public import LabModel

/// The four pins of an MCP2221A, 04d8:00dd, over raw HID (Microchip DS20005565, section 3.1).
///
/// Raw access needs the kernel's HID driver detached, which takes its gpiochip and I²C adapter away. Where the kernel has
/// `hid-mcp2221` with GPIO, the pins are better driven as lines of that gpiochip.
public struct MCP2221: SwitchDriver {
    private let device: String
    private var port: HIDPort
    /// What stands for a pin that is not GPIO, both as value and as direction.
    private static let notGPIO: UInt8 = 0xEE

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        port = HIDPort(try links.usb(options.usbBinding([USBID(0x04D8, 0x00DD)])), device: device)
    }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try (0...3).checkChannel(channel, of: device)
        let pins = try ask([0x51], "the pins' values")
        if pins[2 + 2 * channel] == Self.notGPIO { try makeGPIO(channel, isOn, pins) }
        // Set GPIO: for pin n at 2+4n: change the value, the value, change the direction, 0 is output.
        var report: [UInt8] = [0x50] + [UInt8](repeating: 0, count: 17)
        report.replaceSubrange((2 + 4 * channel)..<(6 + 4 * channel), with: [1, isOn ? 1 : 0, 1, 0])
        let answer = try ask(report, "setting pin \(channel)")
        // The answer repeats the pin's settings.
        guard answer[3 + 4 * channel] == (isOn ? 1 : 0) else {
            throw .answer(answer.prefix(18).hexText, to: "setting pin \(channel)", expected: "an echo", at: device)
        }
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try (0...3).checkChannel(channel, of: device)
        let answer = try ask([0x51], "the pins' values")
        // Pin n at 2+2n: its value, its direction. A pin that is not driven from here says nothing about a channel.
        let (value, direction) = (answer[2 + 2 * channel], answer[3 + 2 * channel])
        switch (value, direction) {
        case (0, 0), (1, 0): return value == 1
        case (Self.notGPIO, _), (0, 1), (1, 1): return nil
        default:
            throw .answer(answer.prefix(10).hexText, to: "the pins' values", expected: "0, 1 or ee each", at: device)
        }
    }

    public mutating func close() { port.close() }

    /// Gives one pin the function GPIO, output, and leaves the others as they are and as they are driven now.
    private mutating func makeGPIO(_ channel: Int, _ isOn: Bool, _ pins: [UInt8]) throws(Failure) {
        // Get SRAM settings: the pins at 22 to 25; bit 4 value, bit 3 input, bits 2 to 0 function with 0 for GPIO.
        var settings = Array(try ask([0x61], "the pins' settings")[22..<26])
        for pin in 0..<4 where pins[2 + 2 * pin] != Self.notGPIO {
            settings[pin] = (pins[2 + 2 * pin] & 1) << 4 | (pins[3 + 2 * pin] & 1) << 3
        }
        settings[channel] = isOn ? 0x10 : 0
        // Set SRAM settings: byte 7 with bit 7 alters the pins, at 8 to 11.
        _ = try ask([0x60, 0, 0, 0, 0, 0, 0, 0x80] + settings, "the pins' settings")
    }

    /// Every report has 64 bytes; the answer repeats the command and then says 0 when all is well.
    private mutating func ask(_ report: [UInt8], _ what: String) throws(Failure) -> [UInt8] {
        try port.send(report + [UInt8](repeating: 0, count: 64 - report.count))
        guard let answer = try port.receive(64, timeout: .seconds(1)) else {
            throw Failure(.infrastructure, "did not answer \(what) within 1 s", at: device)
        }
        guard answer.count == 64, answer[0] == report[0], answer[1] == 0 else {
            throw .answer(answer.prefix(4).hexText, to: what, expected: "\([report[0]].hexText) 00", at: device)
        }
        return answer
    }
}

extension DriverKind {
    static let mcp2221 = DriverKind(
        DriverFacts(
            name: "mcp2221", title: "MCP2221A pins over HID (detaches the kernel's driver: no gpiochip, no I²C)",
            link: .usb, ids: [USBID(0x04D8, 0x00DD)], channels: 0...3, readBack: .hardware,
            afterPowerLoss: "as its flash says: usually not driven", options: [.usbSerial, .usbPath, .usbID],
            proofs: [.tool("EasyMCP2221"), .tool("gpioset"), .bench],
            example: """
                devices:
                  - name: pins
                    driver: mcp2221
                    serial: "0001234567"
                """)
    ) { (options, links) throws(Failure) in try MCP2221(options, links) }
}
