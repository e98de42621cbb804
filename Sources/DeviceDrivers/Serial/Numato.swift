public import LabModel

/// The Numato relay modules with 1 to 64 relays: a command line over CDC-ACM, at any speed (Numato's user guides).
///
/// A command ends with CR; the module echoes it, answers on a line of its own and ends with the prompt `>`.
public struct Numato: SwitchDriver {
    private let device: String
    private let link: any ByteLink
    private let count: Int
    private var isInStep = false

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        link = try links.serial(options.serialBinding([]), baud: 115_200)
        count = options.integer("channels") ?? 8
    }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        let command = "relay \(isOn ? "on" : "off") \(try name(of: channel))"
        let answer = try run(command)
        guard answer.isEmpty else { throw unexpected(answer, to: command) }
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        let command = "relay read \(try name(of: channel))"
        switch try run(command) {
        case ["on"]: return true
        case ["off"]: return false
        case let answer: throw unexpected(answer, to: command)
        }
    }

    /// The whole mask is read, changed and written back: two commands, and all relays move with the second.
    public mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool {
        for channel in channels.keys.sorted() { _ = try name(of: channel) }
        let answer = try run("relay readall")
        let digits = (count + 3) / 4
        guard answer.count == 1, answer[0].utf8.count == digits, var mask = UInt64(answer[0], radix: 16) else {
            throw unexpected(answer, to: "relay readall")
        }
        for (channel, isOn) in channels {
            mask = isOn ? mask | 1 << UInt64(channel) : mask & ~(1 << UInt64(channel))
        }
        let text = String(mask, radix: 16)
        let command = "relay writeall " + String(repeating: "0", count: digits - text.utf8.count) + text
        let done = try run(command)
        guard done.isEmpty else { throw unexpected(done, to: command) }
        return true
    }

    public mutating func describe() throws(Failure) -> String? {
        let (id, version) = (try run("id get"), try run("ver"))
        return "module \(id.joined(separator: " ")), firmware \(version.joined(separator: " "))"
    }

    public mutating func close() {
        isInStep = false
        link.close()
    }

    /// To 16 relays one hexadecimal digit, 32 go on to V, 64 take two decimal digits. Counted from 0.
    private func name(of channel: Int) throws(Failure) -> String {
        try (0...(count - 1)).checkChannel(channel, of: device)
        if count > 32 { return (channel < 10 ? "0" : "") + String(channel) }
        return String(channel, radix: 32, uppercase: true)
    }

    /// Runs one command.
    ///
    /// - Returns: the lines between the echo and the prompt.
    private mutating func run(_ command: String) throws(Failure) -> [String] {
        if !isInStep { try resynchronise() }
        isInStep = false
        try link.discardInput()
        try link.write(Array(command.utf8) + [0x0D])
        let answer = try link.read(until: [UInt8(ascii: ">")], limit: 256, timeout: .milliseconds(500))
        var lines = answer.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A }).map { Array($0) }
        guard lines.popLast() == [UInt8(ascii: ">")], lines.first == Array(command.utf8) else {
            throw .answer(answer.lineText, to: "'\(command)'", expected: "its echo and a prompt", at: device)
        }
        isInStep = true
        return lines.dropFirst().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Ends whatever half of a command the module may have, until it prompts.
    private func resynchronise() throws(Failure) {
        for _ in 0..<3 {
            try link.discardInput()
            try link.write([0x0D])
            let answer = try link.read(until: [UInt8(ascii: ">")], limit: 256, timeout: .milliseconds(300))
            if answer.last == UInt8(ascii: ">") { return }
        }
        throw Failure(.infrastructure, "did not prompt with '>' after three empty lines", at: device)
    }

    private func unexpected(_ lines: [String], to command: String) -> Failure {
        let came = lines.isEmpty ? "nothing" : "'\(lines.joined(separator: " "))'"
        return .answer(came, to: "'\(command)'", expected: "what the user guide says", at: device)
    }
}

extension DriverKind {
    static let numato = DriverKind(
        DriverFacts(
            name: "numato", title: "Numato USB relay module", link: .serial, channels: 0...63, readBack: .memory,
            options: DriverOption.serialPort + [
                DriverOption("channels", .integer(1...64), standard: "8", "how many relays it has")
            ],
            proofs: [.tool("numato-usb-relay"), .tool("pdudaemon"), .bench],
            example: """
                devices:
                  - name: relays
                    driver: numato
                    tty: /dev/serial/by-id/usb-Numato_Systems_Pvt._Ltd._Numato_Lab_8_Channel_USB_Relay_Module-if00
                    channels: 8
                """)
    ) { (options, links) throws(Failure) in try Numato(options, links) }
}
