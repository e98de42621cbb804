import LabModel

/// Shelly relays of the first generation: `/relay/N`, an answer of JSON with `ison`. Source: the vendor's description of
/// the generation 1 HTTP interface.
struct Shelly1: SwitchDriver {
    static let channels = 0...3
    private let http: DeviceHTTP

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        http = try DeviceHTTP(options, links, scheme: .basic)
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        let now = try ask(channel, "?turn=\(isOn ? "on" : "off")")
        guard now == isOn else { throw http.refused(channel, isOn) }
    }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? { try ask(channel, "") }

    mutating func pulse(_ channel: Int, _ isOn: Bool, for duration: Duration) throws(Failure) -> Bool {
        // The timer counts seconds.
        guard let seconds = WholeUnits.count(duration, of: .seconds(1), in: 1...86_400) else { return false }
        let now = try ask(channel, "?turn=\(isOn ? "on" : "off")&timer=\(seconds)")
        guard now == isOn else { throw http.refused(channel, isOn) }
        return true
    }

    mutating func measure(_ channel: Int) throws(Failure) -> MeterReading? {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        let body = try http.ask("/status")
        let meters = try http.json(body)["meters"]?.list ?? []
        guard meters.indices.contains(channel), meters[channel]["is_valid"]?.bool != false,
            let power = meters[channel]["power"]?.double
        else { return nil }
        return MeterReading(power: power)
    }

    private func ask(_ channel: Int, _ query: String) throws(Failure) -> Bool {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        let body = try http.ask("/relay/\(channel)\(query)")
        guard let isOn = try http.json(body)["ison"]?.bool else { throw http.unexpected(body) }
        return isOn
    }
}

extension DriverKind {
    static let shelly1 = DriverKind(
        DriverFacts(
            name: "shelly1", title: "Shelly relay, generation 1", link: .network, channels: Shelly1.channels,
            readBack: .hardware, afterPowerLoss: "as set in the device", timesPulses: true,
            options: [
                NetworkOptions.host, NetworkOptions.port(80), NetworkOptions.user("admin"), NetworkOptions.password,
                NetworkOptions.timeout("3s"),
            ],
            proofs: [.tool("labgrid"), .tool("ShellyPy")],
            example: """
                devices:
                  - name: plug
                    driver: shelly1
                    host: 10.0.0.20
                """)
    ) { options, links throws(Failure) in try Shelly1(options, links) }
}
