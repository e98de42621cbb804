import LabModel

/// A PDU of pdudaemon's that one of our own drivers switches.
struct PDUDaemonDevice {
    var spec: SwitchSpec
    /// How it differs.
    var remarks: [String] = []

    /// Nil for what we have no driver for. Names and settings of drivers: pdudaemon's own documentation and sources.
    init?(_ name: String, _ settings: [String: DataValue]) {
        guard let driver = settings["driver"]?.string else { return nil }
        func text(_ key: String) -> DataValue? {
            switch settings[key] {
            case .string(let text): .string(text)
            case .integer(let value): .string("\(value)")
            default: nil
            }
        }
        let address: DataValue = text("ip") ?? .string(name)
        let port = settings["port"]?.integer.map { DataValue.integer($0) }
        let login: [(String, DataValue?)] = [
            ("host", address), ("port", port), ("user", text("username")), ("password", text("password")),
        ]
        switch driver {
        case "localcmdline":
            guard let on = settings["cmd_on"]?.string, let off = settings["cmd_off"]?.string else { return nil }
            spec = SwitchSpec(
                "command", named: name, [("on", Self.shell(on)), ("off", Self.shell(off))], isPrivate: true)
        case "snmpv1":
            guard let object = settings["oid"]?.string, object.contains("*"), settings["mib"] == nil,
                let on = Self.number(settings["onsetting"]), let off = Self.number(settings["offsetting"])
            else { return nil }
            let plain = String(object.drop { $0 == "." }).replacing("*", with: "{n}")
            spec = SwitchSpec(
                "snmp", named: name,
                [
                    ("host", .string(name)), ("model", "custom"), ("community", text("community")),
                    ("set_oid", .string(plain)), ("on_value", .integer(on)), ("off_value", .integer(off)),
                ], isPrivate: true)
        case "cyberpower81001":
            spec = SwitchSpec("snmp", named: name, [("host", .string(name)), ("model", "cyberpower")], isPrivate: true)
        case "vusbhid":
            spec = SwitchSpec("dcttech", named: name, [("serial", text("serial"))])
            if settings["invert"]?.bool == true { remarks.append(Self.inverted) }
        case "YKUSH", "YKUSHXS", "YKUSH3":
            spec = SwitchSpec(driver.lowercased(), named: name, [("serial", text("serial"))])
        case "modbustcp":
            spec = SwitchSpec(
                "modbus-tcp", named: name,
                [("host", .string(name)), ("port", port), ("unit", settings["unit"] ?? settings["slave"])])
            remarks.append("pdudaemon does not know how many relays it has; labd takes 8 unless `channels` says more")
        case _ where driver.hasPrefix("NumatoUSB"):
            guard let channels = Int64(driver.dropFirst(9)), (1...64).contains(channels) else { return nil }
            spec = SwitchSpec(
                "numato", named: name,
                [("tty", text("device") ?? "/dev/ttyACM0"), ("channels", .integer(channels))])
            remarks.append("pdudaemon's port 1 is the card's relay 0: a board's `channel` is its port less one")
        case _ where driver.hasPrefix("devantech_USB-RLY"):
            spec = SwitchSpec("devantech", named: name, [("tty", text("device") ?? "/dev/ttyACM0")])
        case "devantech_eth002", "devantech_eth008", "devantech_eth484", "devantech_eth8020":
            spec = SwitchSpec(
                "devantech-eth", named: name,
                [
                    ("host", address), ("port", port), ("model", .string(String(driver.dropFirst(10)))),
                    ("password", text("password")),
                ], isPrivate: true)
            if settings["logic"]?.string == "NC" { remarks.append(Self.inverted) }
        case "EG-PMS", "EG-PM2":
            guard let serial = text("device") else { return nil }
            spec = SwitchSpec("sispm", named: name, [("serial", serial)])
        case "tasmota", "sonoff_s20_tasmota", "brennenstuhl_wspl01_tasmota":
            spec = SwitchSpec("tasmota", named: name, login, isPrivate: true)
        case "shelly_gen2": spec = SwitchSpec("shelly2", named: name, [("host", .string(name))])
        case "netiojson":
            spec = SwitchSpec(
                "netio", named: name,
                [
                    ("host", address), ("port", port), ("user", text("username") ?? "admin"),
                    ("password", text("password") ?? "admin"),
                ], isPrivate: true)
        default: return nil
        }
    }

    private static let inverted = "it is wired the other way round: say `inverted: true` where a board names it"

    private static func number(_ value: DataValue?) -> Int64? { value?.integer ?? value?.string.flatMap { Int64($0) } }

    /// pdudaemon puts the port in place of `%s` and hands the line to a shell.
    private static func shell(_ line: String) -> DataValue {
        let marked = ["%s", "%d", "%i"].reduce(line.replacing("%%", with: "\u{0}")) {
            $0.replacing($1, with: "{channel}")
        }
        return .list(["sh", "-c", .string(marked.replacing("\u{0}", with: "%"))])
    }
}
