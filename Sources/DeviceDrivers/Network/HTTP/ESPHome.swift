import LabModel

/// Switches of an ESPHome device with `web_server:`. Source: ESPHome's documentation of its REST interface:
/// `/switch/ID/turn_on`, `/switch/ID` with `state` ON or OFF. A device names its switches and does not number them: the
/// option lists the names, and channels count them from 1.
struct ESPHome: SwitchDriver {
    static let channels = 1...32
    private let http: DeviceHTTP
    private let names: [String]

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        let isBasic = options.text("login") == "basic"
        http = try DeviceHTTP(options, links, scheme: isBasic ? .basic : .digest)
        names = options.words("switches") ?? []
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        _ = try http.ask("/switch/\(try name(channel))/turn_\(isOn ? "on" : "off")", method: "POST")
    }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        let body = try http.ask("/switch/\(try name(channel))")
        switch try http.json(body)["state"]?.string {
        case "ON": return true
        case "OFF": return false
        default: throw http.unexpected(body)
        }
    }

    private func name(_ channel: Int) throws(Failure) -> String {
        try DeviceAnswer.check(channel, in: 1...max(1, names.count), of: http.device)
        return PercentCode.encoded(names[channel - 1])
    }
}

extension DriverKind {
    static let esphome = DriverKind(
        DriverFacts(
            name: "esphome", title: "ESPHome switch (web server)", link: .network, channels: ESPHome.channels,
            readBack: .memory, afterPowerLoss: "as set in the device (restore_mode)",
            options: [
                NetworkOptions.host, NetworkOptions.port(80), NetworkOptions.user("admin"), NetworkOptions.password,
                DriverOption(
                    "switches", .words, isRequired: true, "ids of the device's switches; channel 1 is the first"),
                DriverOption(
                    "login", .choice(["digest", "basic"]), standard: "digest", "how the device checks the password"),
                NetworkOptions.timeout("3s"),
            ],
            proofs: [.tool("pdudaemon")],
            example: """
                devices:
                  - name: relays
                    driver: esphome
                    host: 10.0.0.25
                    switches: [relay_1, relay_2]
                """)
    ) { options, links throws(Failure) in try ESPHome(options, links) }
}
