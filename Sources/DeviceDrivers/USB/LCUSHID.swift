public import LabModel

/// The LC-US8 and Noyito relay cards on HID, 5131:2007.
///
/// How a card tells its state, and whether it can, differs. So it is asked once in both ways; from a card that has never
/// answered nothing is expected, and one that has must go on answering.
public struct LCUSHID: SwitchDriver {
    private enum Status {
        case untried, none
        case request([UInt8])
    }

    private let device: String
    private var port: HIDPort
    /// What the entry says, or that it is to be found out.
    private let declared: Status
    private var status: Status

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        port = HIDPort(try links.usb(options.usbBinding([USBID(0x5131, 0x2007)])), device: device)
        declared =
            switch options.text("status") {
            case "frame": .request(LCUSProtocol.statusFrame)
            case "byte": .request(LCUSProtocol.statusByte)
            case "none": .none
            default: .untried
            }
        status = declared
    }

    public mutating func open() throws(Failure) { try port.open() }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try (1...8).checkChannel(channel, of: device)
        try port.send(LCUSProtocol.frame(channel, isOn))
        // Some cards answer every command; what they say must not stand before the next status.
        try port.drain()
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try (1...8).checkChannel(channel, of: device)
        switch status {
        case .none: return nil
        case .request(let request): return try state(of: channel, request)
        case .untried:
            for request in [LCUSProtocol.statusFrame, LCUSProtocol.statusByte] {
                guard let states = try ask(request) else { continue }
                status = .request(request)
                return try pick(channel, states)
            }
            status = .none
            return nil
        }
    }

    public mutating func close() {
        // After a failure a card gets another chance to show that it can tell.
        if case .none = status { status = declared }
        port.close()
    }

    private mutating func state(of channel: Int, _ request: [UInt8]) throws(Failure) -> Bool {
        guard let states = try ask(request) else {
            throw Failure(.infrastructure, "did not answer a status request within 300 ms", at: device)
        }
        return try pick(channel, states)
    }

    private func pick(_ channel: Int, _ states: [Bool]) throws(Failure) -> Bool {
        guard channel <= states.count else { throw LCUSProtocol.missing(channel, states, at: device) }
        return states[channel - 1]
    }

    /// Nil when the card says nothing.
    private mutating func ask(_ request: [UInt8]) throws(Failure) -> [Bool]? {
        try port.drain()
        try port.send(request)
        guard var text = try port.receive(64, timeout: .milliseconds(300)) else { return nil }
        // Eight lines need two packets; a packet that is not full ends the text.
        while text.last != 0, text.count < 256, let more = try port.receive(64, timeout: .milliseconds(50)) {
            text += more
        }
        guard let states = LCUSProtocol.states(in: text) else { throw LCUSProtocol.nonsense(text, at: device) }
        return states
    }
}

extension DriverKind {
    static let lcusHID = DriverKind(
        DriverFacts(
            name: "lcus-hid", title: "LC-US8 or Noyito HID relay card", link: .usb, ids: [USBID(0x5131, 0x2007)],
            channels: 1...8, readBack: .some,
            options: [
                .usbPath, .usbSerial,
                DriverOption(
                    "status", .choice(["auto", "frame", "byte", "none"]), standard: "auto",
                    "how it is asked for its state"),
            ],
            proofs: [.tool("labgrid"), .bench],
            example: """
                devices:
                  - name: relays
                    driver: lcus-hid
                    path: 1-4.2
                """)
    ) { (options, links) throws(Failure) in try LCUSHID(options, links) }
}
