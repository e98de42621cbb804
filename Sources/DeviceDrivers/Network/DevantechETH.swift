import LabModel

/// Devantech's relay modules with a network port: short binary commands over TCP. Source: the vendor's descriptions of
/// ETH002, ETH008 and ETH8020. Each call has a connection of its own: the modules serve few at a time, and lock
/// themselves again when one idles.
struct DevantechETH: SwitchDriver {
    /// How many relays the models have.
    static let models = ["eth002": 2, "eth008": 8, "eth8020": 20]

    private let device: String
    private let link: any ByteLink
    private let channels: ClosedRange<Int>
    private let password: [UInt8]?
    private let timeout: Duration

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        channels = 1...(Self.models[options.text("model") ?? ""] ?? 8)
        password = options.text("password").map { Array($0.utf8) }
        timeout = options.timeout(.seconds(2))
        do {
            link = try links.tcp(
                host: options.text("host") ?? "", port: options.integer("port") ?? 17_494, timeout: timeout)
        } catch {
            throw error.placed(at: options.device)
        }
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) { try act(channel, isOn, tenths: 0) }

    mutating func pulse(_ channel: Int, _ isOn: Bool, for duration: Duration) throws(Failure) -> Bool {
        guard let tenths = WholeUnits.count(duration, of: .milliseconds(100), in: 1...255) else { return false }
        try act(channel, isOn, tenths: UInt8(tenths))
        return true
    }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try DeviceAnswer.check(channel, in: channels, of: device)
        let length = (channels.upperBound + 7) / 8
        let place = channel - 1
        let states = try connected { () throws(Failure) in try ask([0x24], length) }
        return states[place / 8] & (1 << UInt8(place % 8)) != 0
    }

    mutating func describe() throws(Failure) -> String? {
        let facts = try connected { () throws(Failure) in try ask([0x10], 3) }
        return "module \(facts[0]), hardware \(facts[1]), firmware \(facts[2])"
    }

    mutating func close() { link.close() }

    private func act(_ channel: Int, _ isOn: Bool, tenths: UInt8) throws(Failure) {
        try DeviceAnswer.check(channel, in: channels, of: device)
        let answer = try connected { () throws(Failure) in try ask([isOn ? 0x20 : 0x21, UInt8(channel), tenths], 1) }
        guard answer == [0] else {
            throw Failure(.infrastructure, "it refuses the command with \(DeviceAnswer.hex(answer))", at: device)
        }
    }

    /// Runs `body` between login and log-out.
    private func connected(_ body: () throws(Failure) -> [UInt8]) throws(Failure) -> [UInt8] {
        defer { link.close() }
        do throws(Failure) {
            if let password {
                guard try ask([0x79] + password, 1) == [1] else {
                    throw Failure(.infrastructure, "it refuses the password", advice: "check 'password'")
                }
            }
            let answer = try body()
            // The command is done; a log-out that fails locks itself after 30 s.
            if password != nil { _ = try? ask([0x7B], 1) }
            return answer
        } catch {
            throw error.placed(at: device)
        }
    }

    private func ask(_ command: [UInt8], _ length: Int) throws(Failure) -> [UInt8] {
        try link.write(command)
        let answer = try link.read(length, timeout: timeout)
        guard answer.count == length else {
            throw Failure(
                .infrastructure,
                answer.isEmpty
                    ? "no answer within \(timeout)"
                    : "half an answer: \(DeviceAnswer.hex(answer))")
        }
        return answer
    }
}

extension DriverKind {
    static let devantechETH = DriverKind(
        DriverFacts(
            name: "devantech-eth", title: "Devantech ETH relay module", link: .network, channels: 1...20,
            readBack: .memory, afterPowerLoss: "as set in the device", timesPulses: true,
            options: [
                NetworkOptions.host, NetworkOptions.port(17_494),
                DriverOption(
                    "model", .choice(DevantechETH.models.keys.sorted()), isRequired: true, "which module it is"),
                NetworkOptions.password, NetworkOptions.timeout("2s"),
            ],
            proofs: [.tool("pdudaemon")],
            example: """
                devices:
                  - name: relays
                    driver: devantech-eth
                    host: 10.0.0.41
                    model: eth008
                """)
    ) { options, links throws(Failure) in try DevantechETH(options, links) }
}
