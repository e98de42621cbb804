import LabModel

/// A resource of labgrid that switches something, as one of our devices.
struct LabgridSwitch {
    var channel: SwitchedChannel
    var remark: String?

    /// Outputs that are no power by themselves.
    static let outputs: Set = [
        "SysfsGPIO", "MatchedSysfsGPIO", "HIDRelay", "ModbusTCPCoil", "WaveshareModbusTCPCoil", "ETH008DigitalOutput",
        "DeditecRelais8", "OneWirePIO", "LXAIOBusPIO", "HttpDigitalOutput", "NetworkHIDRelay",
    ]

    /// Nil for what no driver of ours switches.
    init?(_ resource: LabgridEntry) {
        switch resource.kind {
        case "NetworkPowerPort": self.init(networkPower: resource)
        case "PDUDaemonPort": self.init(pdudaemon: resource)
        case "YKUSHPowerPort":
            guard let channel = resource.integer("index"), (1...3).contains(channel) else { return nil }
            self.init("ykush", "ykush", [("serial", resource.text("serial").map { .string($0) })], channel)
        case "USBPowerPort":
            guard let channel = resource.integer("index"), let path = Self.path(resource) else { return nil }
            self.init("usb-hub", "hub-\(path)", [("path", .string(path))], channel)
        case "SiSPMPowerPort":
            guard let channel = resource.integer("index") else { return nil }
            let path = Self.path(resource)
            self.init(
                "sispm", "strip", [("path", path.map { .string($0) })], channel,
                remark: path == nil
                    ? "the strip that is plugged in is taken, since `match` names no place of the bus" : nil)
        case "HIDRelay": self.init(relay: resource)
        case "ModbusTCPCoil":
            guard let coil = resource.integer("coil"), let host = resource.text("host"), (0...2047).contains(coil)
            else {
                return nil
            }
            let (name, port) = Self.address(host)
            self.init(
                "modbus-tcp", name,
                [
                    ("host", .string(name)), ("port", port.map { .integer(Int64($0)) }),
                    ("channels", coil < 8 ? nil : .integer(Int64(coil / 8 + 1) * 8)),
                ], coil)
            channel.isInverted = resource.parameters["invert"]?.bool ?? false
        case "ETH008DigitalOutput":
            guard let index = resource.integer("index"), let host = resource.text("host") else { return nil }
            self.init(eth008: host, index)
        default: return nil
        }
    }

    private init(
        _ driver: String, _ name: String, _ options: [(String, DataValue?)], _ channel: Int, remark: String? = nil,
        isPrivate: Bool = false
    ) {
        self.channel = SwitchedChannel(
            device: SwitchSpec(driver, named: name, options, isPrivate: isPrivate), channel: channel)
        self.remark = remark
    }

    /// Why a switch of labgrid's is left.
    static func reason(_ resource: LabgridEntry) -> String {
        switch resource.kind {
        case "NetworkPowerPort": "labd has no driver for the model '\(resource.text("model") ?? "")'"
        case "USBPowerPort": "`match` does not name bus and ports of the hub, such as `sys_name: 1-4`"
        case "SysfsGPIO", "MatchedSysfsGPIO":
            "a number of the old GPIO interface; our `gpio` driver wants the line's name (`gpioinfo` lists them)"
        case "TasmotaPowerPort": "it goes through an MQTT broker; our `tasmota` driver speaks to the plug itself"
        default: "labd has no driver for it"
        }
    }

    /// Bus and ports, where udev's match names them.
    private static func path(_ resource: LabgridEntry) -> String? {
        let match = resource.parameters["match"]?.map ?? [:]
        guard let name = (match["sys_name"] ?? match["@sys_name"])?.string else { return nil }
        let path = name.prefix { $0 != ":" }
        let parts = path.split(separator: "-", omittingEmptySubsequences: false)
        let isPath =
            parts.count == 2
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e } }
        return isPath ? String(path) : nil
    }

    private static func address(_ text: String) -> (host: String, port: Int?) {
        let parts = text.split(separator: ":")
        return parts.count == 2 ? (String(parts[0]), Int(parts[1])) : (text, nil)
    }

    private init?(pdudaemon resource: LabgridEntry) {
        guard let channel = resource.integer("index"), let host = resource.text("host"), let pdu = resource.text("pdu")
        else { return nil }
        let (name, port) = Self.address(host)
        self.channel = SwitchedChannel(
            device: PowerCommand.pdudaemon(host: name, port: port, pdu: pdu), channel: channel)
    }

    private init?(relay resource: LabgridEntry) {
        let match = resource.parameters["match"]?.map ?? [:]
        let isLCUS = match["ID_VENDOR_ID"]?.string == "5131" || match["ID_VENDOR_ID"]?.integer == 5131
        let path = Self.path(resource)
        self.init(
            isLCUS ? "lcus-hid" : "dcttech", "relays", [("path", path.map { .string($0) })],
            resource.integer("index") ?? 1,
            remark: path == nil ? "the card that is plugged in is taken, since `match` names no place of the bus" : nil)
        channel.isInverted = resource.parameters["invert"]?.bool ?? false
    }

    private init(eth008 host: String, _ index: Int) {
        let url = LabgridURL(host)
        self.init(
            "devantech-eth", url.host, [("host", .string(url.host)), ("model", "eth008")], index,
            remark: "labgrid speaks HTTP to it, labd its own protocol on port 17494")
    }

    private init?(networkPower resource: LabgridEntry) {
        guard let model = resource.text("model"), let host = resource.text("host"),
            let index = resource.integer("index"), index >= 0
        else { return nil }
        let url = LabgridURL(host)
        func snmp(_ name: String) -> (String, [(String, DataValue?)]) {
            ("snmp", [("host", .string(url.host)), ("port", url.portValue), ("model", .string(name))])
        }
        let login: [(String, DataValue?)] = [
            ("host", .string(url.host)), ("port", url.portValue), ("user", url.user.map { .string($0) }),
            ("password", url.password.map { .string($0) }),
        ]
        let known: (String, [(String, DataValue?)])
        var remark: String?
        switch model {
        case "apc": known = snmp("apc-ap79xx")
        case "eaton": known = snmp("eaton-epdu")
        case "raritan": known = snmp("raritan-px2")
        case "poe_mib": known = snmp("poe")
        // Behind the first eight outlets labgrid counts on in the next feed, and our driver does not.
        case "sentry" where index <= 8: known = snmp("servertech-sentry3")
        case "shelly_gen1": known = ("shelly1", login)
        case "shelly_gen2": known = ("shelly2", login + [("tls", url.isSecure ? true : nil)])
        case "gude", "gude24", "gude8031", "gude8225", "gude8316":
            known = ("gude", login)
            remark = "labgrid uses the device's web pages, labd its /status.json"
        case "eth008":
            self.init(eth008: host, index)
            return
        case "simplerest":
            func words(_ value: String) -> DataValue {
                let filled = host.replacing("{value}", with: value).replacing("{index}", with: "{channel}")
                return .list(["curl", "-fsS", .string(filled)])
            }
            known = ("command", [("on", words("1")), ("off", words("0"))])
        default: return nil
        }
        self.init(known.0, url.host, known.1, index, remark: remark, isPrivate: url.password != nil)
    }
}

/// A host as labgrid has it: a name, or a URL.
struct LabgridURL {
    var host: String
    var port: Int?
    var user: String?
    var password: String?
    var isSecure = false

    var portValue: DataValue? { port.map { .integer(Int64($0)) } }

    init(_ text: String) {
        var rest = Substring(text)
        if let colon = rest.firstRange(of: "://") {
            isSecure = rest[..<colon.lowerBound] == "https"
            rest = rest[colon.upperBound...]
        }
        rest = rest.prefix { $0 != "/" && $0 != "?" }
        if let at = rest.lastIndex(of: "@") {
            let login = rest[..<at].split(separator: ":", maxSplits: 1)
            user = login.first.map(String.init)
            password = login.count == 2 ? String(login[1]) : nil
            rest = rest[rest.index(after: at)...]
        }
        let parts = rest.split(separator: ":")
        host = parts.first.map(String.init) ?? ""
        port = parts.count == 2 ? Int(parts[1]) : nil
    }
}
