public import LabModel

/// The DLP-IO8-G: eight pins behind an FTDI chip, 115200 baud, one character a command (its data sheet).
///
/// Its read commands turn a pin into an input, so an output cannot be read back without letting it go.
public struct DLPIO8: SwitchDriver {
    private let device: String
    private let link: any ByteLink

    /// Characters of pins 1 to 8.
    private static let high = Array("12345678".utf8)
    private static let low = Array("QWERTYUI".utf8)
    /// Answered with `Q`.
    private static let ping = UInt8(ascii: "'")

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        link = try links.serial(options.serialBinding([USBID(0x0403, 0x6001)]), baud: 115_200)
    }

    public mutating func open() throws(Failure) { try link.discardInput() }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try (1...8).checkChannel(channel, of: device)
        // Commands are not acknowledged: a ping behind one shows that the board has come so far.
        try link.discardInput()
        try link.write([(isOn ? Self.high : Self.low)[channel - 1], Self.ping])
        let answer = try link.read(1, timeout: .milliseconds(300))
        guard answer == [UInt8(ascii: "Q")] else {
            throw .answer(answer.lineText, to: "a command and a ping", expected: "'Q'", at: device)
        }
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try (1...8).checkChannel(channel, of: device)
        return nil
    }

    public mutating func close() { link.close() }
}

extension DriverKind {
    static let dlpIO8 = DriverKind(
        DriverFacts(
            name: "dlp-io8", title: "DLP-IO8-G, its pins as outputs", link: .serial, ids: [USBID(0x0403, 0x6001)],
            channels: 1...8, readBack: .none, afterPowerLoss: "not driven",
            options: DriverOption.serialPort, proofs: [.bench],
            example: """
                devices:
                  - name: pins
                    driver: dlp-io8
                    serial: DPAX1234
                """)
    ) { (options, links) throws(Failure) in try DLPIO8(options, links) }
}
