import LabModel

/// NETIO socket strips: JSON at `/netio.json`. Source: the vendor's M2M API, protocol JSON: actions 0 off, 1 on, 2 short
/// off, 3 short on, with `Delay` in milliseconds; `Current` in mA, `Load` in W, `Voltage` for the whole device.
struct NETIO: SwitchDriver {
    static let channels = 1...12
    private let http: DeviceHTTP

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        http = try DeviceHTTP(options, links, scheme: .basic, user: "netio")
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) { try act(channel, isOn, [:]) }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        return try state(channel, try http.ask("/netio.json")).isOn
    }

    mutating func pulse(_ channel: Int, _ isOn: Bool, for duration: Duration) throws(Failure) -> Bool {
        // The device keeps tenths of a second.
        guard let tenths = WholeUnits.count(duration, of: .milliseconds(100), in: 1...36_000) else { return false }
        try act(channel, isOn, ["Action": .integer(isOn ? 3 : 2), "Delay": .integer(Int64(tenths) * 100)])
        return true
    }

    mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool {
        for channel in channels.keys.sorted() {
            try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        }
        let body = try post(channels.sorted { $0.key < $1.key }.map { output($0.key, $0.value, [:]) })
        for (channel, isOn) in channels where try state(channel, body).isOn != isOn {
            throw http.refused(channel, isOn)
        }
        return true
    }

    mutating func measure(_ channel: Int) throws(Failure) -> MeterReading? {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        let body = try http.ask("/netio.json")
        let output = try state(channel, body).output
        let reading = MeterReading(
            voltage: try http.json(body)["GlobalMeasure"]?["Voltage"]?.double,
            current: output["Current"]?.double.map { $0 / 1000 }, power: output["Load"]?.double)
        return reading.current == nil && reading.power == nil ? nil : reading
    }

    private func act(_ channel: Int, _ isOn: Bool, _ more: [String: DataValue]) throws(Failure) {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        let body = try post([output(channel, isOn, more)])
        guard try state(channel, body).isOn == isOn else { throw http.refused(channel, isOn) }
    }

    private func output(_ channel: Int, _ isOn: Bool, _ more: [String: DataValue]) -> DataValue {
        .map(["ID": .integer(Int64(channel)), "Action": .integer(isOn ? 1 : 0)].merging(more) { $1 })
    }

    private func post(_ outputs: [DataValue]) throws(Failure) -> [UInt8] {
        try http.ask("/netio.json", method: "POST", json: .map(["Outputs": .list(outputs)]))
    }

    private func state(_ channel: Int, _ body: [UInt8]) throws(Failure) -> (isOn: Bool, output: DataValue) {
        let outputs = try http.json(body)["Outputs"]?.list ?? []
        guard let output = outputs.first(where: { $0["ID"]?.integer == Int64(channel) }) else {
            throw http.unexpected(body, "no output \(channel) in its answer")
        }
        switch output["State"]?.integer {
        case 1: return (true, output)
        case 0: return (false, output)
        default: throw http.unexpected(body)
        }
    }
}

extension DriverKind {
    static let netio = DriverKind(
        DriverFacts(
            name: "netio", title: "NETIO socket strip (JSON)", link: .network, channels: NETIO.channels,
            readBack: .hardware, afterPowerLoss: "as set in the device", timesPulses: true,
            options: [
                NetworkOptions.host, NetworkOptions.port(80), NetworkOptions.user("netio"), NetworkOptions.password,
                NetworkOptions.tls, NetworkOptions.timeout("3s"),
            ],
            proofs: [.tool("Netio"), .tool("pdudaemon")],
            example: """
                devices:
                  - name: strip
                    driver: netio
                    host: 10.0.0.23
                    password: netio
                """)
    ) { options, links throws(Failure) in try NETIO(options, links) }
}
