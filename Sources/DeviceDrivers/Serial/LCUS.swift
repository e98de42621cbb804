public import LabModel

/// The LCUS and Noyito relay cards behind a CH340 serial chip, 9600 baud (jumpstarter).
///
/// They acknowledge nothing. Most tell their state when they are asked, the smallest do not: from a card that has never
/// answered nothing is expected, and one that has must go on answering.
public struct LCUS: SwitchDriver {
    private enum Status { case untried, answers, silent }

    private let device: String
    private let link: any ByteLink
    private let channels: ClosedRange<Int>
    private let isCounted: Bool
    /// What the entry says, or that it is to be found out.
    private let declared: Status
    private var status: Status

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        link = try links.serial(options.serialBinding([USBID(0x1A86, 0x7523)]), baud: 9600)
        channels = 1...(options.integer("channels") ?? 8)
        isCounted = options.integer("channels") != nil
        declared = options.bool("answers").map { $0 ? .answers : .silent } ?? .untried
        status = declared
    }

    public mutating func open() throws(Failure) { try link.discardInput() }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try channels.checkChannel(channel, of: device)
        try link.write(LCUSProtocol.frame(channel, isOn))
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try channels.checkChannel(channel, of: device)
        if status == .silent { return nil }
        let answer = try ask()
        if answer.isEmpty {
            if status == .answers {
                throw Failure(.infrastructure, "did not answer a status request within 300 ms", at: device)
            }
            status = .silent
            return nil
        }
        guard let states = LCUSProtocol.states(in: answer) else { throw LCUSProtocol.nonsense(answer, at: device) }
        guard !isCounted || states.count == channels.count else {
            throw LCUSProtocol.nonsense(answer, at: device)
        }
        status = .answers
        guard channel <= states.count else { throw LCUSProtocol.missing(channel, states, at: device) }
        return states[channel - 1]
    }

    public mutating func close() {
        // After a failure a card gets another chance to show that it can tell.
        if status == .silent { status = declared }
        link.close()
    }

    /// One line a channel. How many there are is known by the pause after the last one, or by the entry: a line is about
    /// ten characters, 10 ms at this speed.
    private func ask() throws(Failure) -> [UInt8] {
        try link.discardInput()
        try link.write(LCUSProtocol.statusByte)
        var answer: [UInt8] = []
        for line in channels {
            let wait: Duration = line == 1 ? .milliseconds(300) : .milliseconds(60)
            let text = try link.read(until: [0x0A], limit: 32, timeout: wait)
            answer += text
            if text.last != 0x0A { break }
        }
        return answer
    }
}

extension DriverKind {
    static let lcus = DriverKind(
        DriverFacts(
            name: "lcus", title: "LCUS or Noyito relay card on a CH340", link: .serial, ids: [USBID(0x1A86, 0x7523)],
            channels: 1...8, readBack: .some,
            options: DriverOption.serialPort + [
                DriverOption("channels", .integer(1...8), standard: "as many as answer", "how many relays it has"),
                DriverOption("answers", .bool, standard: "found out", "whether it tells its state when asked with FF"),
            ],
            proofs: [.tool("jumpstarter"), .bench],
            example: """
                devices:
                  - name: relays
                    driver: lcus
                    path: 1-4.2      # a CH340 has no serial number
                    channels: 2
                """)
    ) { (options, links) throws(Failure) in try LCUS(options, links) }
}
