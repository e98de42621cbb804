import LabModel

/// Shelly relays of the second and later generations: JSON-RPC at `/rpc`. Source: the vendor's description of the
/// generation 2 RPC protocol, its component Switch and its authentication (digest with SHA-256, user `admin`).
struct Shelly2: SwitchDriver {
    static let channels = 0...3
    private let http: DeviceHTTP
    private var number: Int64 = 0

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        http = try DeviceHTTP(options, links, scheme: .digest)
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) { try set(channel, isOn, [:]) }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        let (body, status) = try call(channel, "Switch.GetStatus", [:])
        guard let isOn = status["output"]?.bool else { throw http.unexpected(body) }
        return isOn
    }

    mutating func pulse(_ channel: Int, _ isOn: Bool, for duration: Duration) throws(Failure) -> Bool {
        // Seconds with a fraction; the device keeps a tenth.
        guard let tenths = WholeUnits.count(duration, of: .milliseconds(100), in: 1...864_000) else { return false }
        try set(channel, isOn, ["toggle_after": .double(Double(tenths) / 10)])
        return true
    }

    mutating func measure(_ channel: Int) throws(Failure) -> MeterReading? {
        let status = try call(channel, "Switch.GetStatus", [:]).result
        let reading = MeterReading(
            voltage: status["voltage"]?.double, current: status["current"]?.double, power: status["apower"]?.double)
        return reading == MeterReading() ? nil : reading
    }

    private mutating func set(_ channel: Int, _ isOn: Bool, _ more: [String: DataValue]) throws(Failure) {
        let extra = more.merging(["on": .bool(isOn)]) { first, _ in first }
        let (body, result) = try call(channel, "Switch.Set", extra)
        guard result["was_on"]?.bool != nil else { throw http.unexpected(body) }
    }

    private mutating func call(
        _ channel: Int, _ method: String, _ more: [String: DataValue]
    ) throws(Failure) -> (body: [UInt8], result: DataValue) {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        number = number % 1_000_000 + 1
        let parameters = more.merging(["id": .integer(Int64(channel))]) { first, _ in first }
        let body = try http.ask(
            "/rpc", method: "POST",
            json: .map(["id": .integer(number), "method": .string(method), "params": .map(parameters)]))
        let answer = try http.json(body)
        guard answer["id"]?.integer == number, answer["error"] == nil, let result = answer["result"] else {
            throw http.unexpected(body)
        }
        return (body, result)
    }
}

extension DriverKind {
    static let shelly2 = DriverKind(
        DriverFacts(
            name: "shelly2", title: "Shelly relay, generation 2 and later", link: .network,
            channels: Shelly2.channels, readBack: .hardware, afterPowerLoss: "as set in the device", timesPulses: true,
            options: [
                NetworkOptions.host, NetworkOptions.port(80), NetworkOptions.user("admin"), NetworkOptions.password,
                NetworkOptions.tls, NetworkOptions.timeout("3s"),
            ],
            proofs: [.tool("labgrid"), .tool("ShellyPy"), .tool("pdudaemon")],
            example: """
                devices:
                  - name: plug
                    driver: shelly2
                    host: 10.0.0.21
                """)
    ) { options, links throws(Failure) in try Shelly2(options, links) }
}
