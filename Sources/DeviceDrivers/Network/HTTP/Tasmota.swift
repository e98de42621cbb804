import LabModel

/// Plugs and relays with the Tasmota firmware: commands at `/cm?cmnd=`. Source: the firmware's own documentation of its
/// commands `Power` and `Status 8`; the login is two fields of the query.
struct Tasmota: SwitchDriver {
    static let channels = 1...8
    private let http: DeviceHTTP
    private let login: String

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        http = try DeviceHTTP(options, links)
        login =
            options.text("password").map {
                let user = PercentCode.encoded(options.text("user") ?? "admin")
                return "user=\(user)&password=\(PercentCode.encoded($0))&"
            } ?? ""
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        guard try power(channel, isOn ? " On" : " Off") == isOn else { throw http.refused(channel, isOn) }
    }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? { try power(channel, "") }

    mutating func measure(_ channel: Int) throws(Failure) -> MeterReading? {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        guard let energy = try command("Status 8").value["StatusSNS"]?["ENERGY"] else { return nil }
        // Devices with several meters list one number for each.
        func number(_ name: String) -> Double? {
            guard let list = energy[name]?.list else { return channel == 1 ? energy[name]?.double : nil }
            return list.indices.contains(channel - 1) ? list[channel - 1].double : nil
        }
        let voltage = number("Voltage") ?? energy["Voltage"]?.double
        let reading = MeterReading(voltage: voltage, current: number("Current"), power: number("Power"))
        return reading == MeterReading() ? nil : reading
    }

    private func power(_ channel: Int, _ argument: String) throws(Failure) -> Bool {
        try DeviceAnswer.check(channel, in: Self.channels, of: http.device)
        let (body, value) = try command("Power\(channel)\(argument)")
        // A device with a single relay leaves its number out.
        let state = value["POWER\(channel)"] ?? (channel == 1 ? value["POWER"] : nil)
        switch state?.string {
        case "ON": return true
        case "OFF": return false
        default: throw http.unexpected(body)
        }
    }

    private func command(_ text: String) throws(Failure) -> (body: [UInt8], value: DataValue) {
        let body = try http.ask("/cm?\(login)cmnd=\(PercentCode.encoded(text))")
        return (body, try http.json(body))
    }
}

extension DriverKind {
    static let tasmota = DriverKind(
        DriverFacts(
            name: "tasmota", title: "Tasmota plug or relay", link: .network, channels: Tasmota.channels,
            readBack: .hardware, afterPowerLoss: "as set in the device (PowerOnState)",
            options: [
                NetworkOptions.host, NetworkOptions.port(80), NetworkOptions.user("admin"), NetworkOptions.password,
                NetworkOptions.timeout("3s"),
            ],
            proofs: [.tool("pdudaemon")],
            example: """
                devices:
                  - name: plug
                    driver: tasmota
                    host: 10.0.0.22
                """)
    ) { options, links throws(Failure) in try Tasmota(options, links) }
}
