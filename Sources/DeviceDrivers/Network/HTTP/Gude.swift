import LabModel

/// Gude Expert Power Control: `/status.json`, whose parameters `cmd=1&p=N&s=S` switch on the way. Source: the vendor's
/// description of its HTTP interface; component 1 of the status is the outputs, in the order of their numbers.
struct Gude: SwitchDriver {
    static let channels = 1...24
    private let http: DeviceHTTP

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        http = try DeviceHTTP(options, links, scheme: .basic)
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        guard try ask(channel, "&cmd=1&p=\(channel)&s=\(isOn ? 1 : 0)") == isOn else {
            throw http.refused(channel, isOn)
        }
    }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? { try ask(channel, "") }

    private func ask(_ channel: Int, _ parameters: String) throws(Failure) -> Bool {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        let body = try http.ask("/status.json?components=1\(parameters)")
        let outputs = try http.json(body)["outputs"]?.list ?? []
        guard outputs.indices.contains(channel - 1) else {
            throw http.unexpected(body, "no output \(channel) in its answer")
        }
        switch outputs[channel - 1]["state"]?.integer {
        case 1: return true
        case 0: return false
        default: throw http.unexpected(body)
        }
    }
}

extension DriverKind {
    static let gude = DriverKind(
        DriverFacts(
            name: "gude", title: "Gude Expert Power Control", link: .network, channels: Gude.channels,
            readBack: .hardware, afterPowerLoss: "as set in the device",
            options: [
                NetworkOptions.host, NetworkOptions.port(80), NetworkOptions.user("admin"), NetworkOptions.password,
                NetworkOptions.tls, NetworkOptions.timeout("3s"),
            ],
            proofs: [.tool("labgrid")],
            example: """
                devices:
                  - name: pdu
                    driver: gude
                    host: 10.0.0.24
                """)
    ) { options, links throws(Failure) in try Gude(options, links) }
}
