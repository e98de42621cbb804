import LabModel

/// A socket behind a running pdudaemon with its HTTP listener. Source: pdudaemon's documentation of that listener:
/// `/power/control/on?hostname=PDU&port=N`. It answers once its own driver is through (newer ones) or has the request
/// in its queue (older ones), and it cannot read a socket.
struct PDUDaemon: SwitchDriver {
    static let channels = 0...9999
    private let http: DeviceHTTP
    private let pdu: String

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        http = try DeviceHTTP(options, links, port: 16_421, timeout: .seconds(30))
        pdu = options.text("pdu") ?? ""
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        let body = try http.ask(
            "/power/control/\(isOn ? "on" : "off")?hostname=\(PercentCode.encoded(pdu))&port=\(channel)")
        guard String(decoding: body, as: UTF8.self).hasPrefix("OK") else { throw http.unexpected(body) }
    }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        return nil
    }
}

extension DriverKind {
    static let pdudaemon = DriverKind(
        DriverFacts(
            name: "pdudaemon", title: "a PDU behind pdudaemon", link: .network, channels: PDUDaemon.channels,
            readBack: .none, ownerDeath: .unknown, afterPowerLoss: "unknown",
            options: [
                NetworkOptions.host, NetworkOptions.port(16_421),
                DriverOption("pdu", .text, isRequired: true, "name of the PDU in pdudaemon's configuration"),
                NetworkOptions.timeout("30s"),
            ],
            proofs: [.tool("pdudaemon")],
            example: """
                devices:
                  - name: rack
                    driver: pdudaemon
                    host: 127.0.0.1
                    pdu: apc-1
                """)
    ) { options, links throws(Failure) in try PDUDaemon(options, links) }
}
