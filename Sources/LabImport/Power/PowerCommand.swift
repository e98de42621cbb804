import LabModel

/// A command that switches power, understood: which switch, and what it does to it.
struct PowerCommand: Hashable {
    enum Action: String {
        case on, off, reboot
    }

    var target: SwitchedChannel
    var action: Action
    /// What differs between the command and our driver, for the report.
    var remark: String?
    /// Seconds that the command waits between off and on.
    var delay: Int?

    /// Nil for a command that nothing of ours replaces.
    init?(_ words: [String]) {
        switch CommandWords.program(words) {
        case "pduclient", "pdudaemon-client": self.init(pduclient: words.dropFirst())
        case "curl", "wget": self.init(fetching: words.dropFirst())
        case "snmpset": self.init(snmpset: words.dropFirst())
        case "uhubctl": self.init(uhubctl: words.dropFirst())
        case "sispmctl": self.init(sispmctl: words.dropFirst())
        case "ykushcmd": self.init(ykushcmd: words.dropFirst())
        case "usbrelay": self.init(usbrelay: words.dropFirst())
        default: return nil
        }
    }

    private init(_ target: SwitchedChannel, _ action: Action, remark: String? = nil, delay: Int? = nil) {
        self.target = target
        self.action = action
        self.remark = remark
        self.delay = delay
    }

    /// A port behind pdudaemon.
    static func pdudaemon(host: String, port: Int?, pdu: String) -> SwitchSpec {
        SwitchSpec(
            "pdudaemon", named: pdu,
            [
                ("host", .string(host)), ("port", port.flatMap { $0 == 16_421 ? nil : .integer(Int64($0)) }),
                ("pdu", .string(pdu)),
            ])
    }

    /// `pduclient --daemon HOST --hostname PDU --command on --port 4 [--delay 5]`.
    private init?(pduclient words: ArraySlice<String>) {
        let options = CommandOptions(
            words, takingValues: ["--daemon", "--hostname", "--command", "--port", "--delay"])
        guard let pdu = options.value("--hostname"), let channel = Self.channel(options.value("--port")),
            let action = options.value("--command").flatMap({ Action(rawValue: $0) }), options.others.isEmpty
        else { return nil }
        self.init(
            SwitchedChannel(
                device: Self.pdudaemon(host: options.value("--daemon") ?? "127.0.0.1", port: nil, pdu: pdu),
                channel: channel), action,
            remark: "pduclient speaks to pdudaemon's old listener, labd to its HTTP one (\"listener\": \"http\")",
            delay: options.value("--delay").flatMap { Int($0) })
    }

    /// `curl 'http://HOST:16421/power/control/on?hostname=PDU&port=4'`: pdudaemon's HTTP listener. Options that would
    /// change what is asked make it any other command.
    private init?(fetching words: ArraySlice<String>) {
        let quiet: Set = [
            "-s", "-S", "-f", "-g", "-q", "-L", "-sS", "-fsS", "-sf", "-fs", "-sSf", "-qO-", "--silent", "--fail",
            "--show-error", "--globoff", "--quiet",
        ]
        let options = CommandOptions(words, takingValues: ["-o", "-O", "--output", "-m", "--max-time", "-T"])
        guard options.flags.isSubset(of: quiet), options.others.count == 1,
            let request = PDUDaemonRequest(options.others[0])
        else { return nil }
        self.init(
            SwitchedChannel(
                device: Self.pdudaemon(host: request.host, port: request.port, pdu: request.pdu),
                channel: request.channel), request.action, delay: request.delay)
    }

    /// `snmpset -v 1 -c private HOST OID i 1`.
    private init?(snmpset words: ArraySlice<String>) {
        let options = CommandOptions(words, takingValues: ["-v", "-c", "-t", "-r", "-O"])
        guard options.flags.isEmpty, options.others.count == 4, ["i", "int", "integer"].contains(options.others[2]),
            let value = Int64(options.others[3]), let version = options.value("-v"), ["1", "2c"].contains(version),
            let outlet = SNMPObject(options.others[1])
        else { return nil }
        let address = options.others[0].split(separator: ":", omittingEmptySubsequences: false)
        guard address.count <= 2, let host = address.first, !host.isEmpty else { return nil }
        guard let model = outlet.family, let action = model.action(for: value) else { return nil }
        let port = address.count == 2 ? Int(address[1]) : nil
        guard address.count == 1 || port != nil else { return nil }
        let community = options.value("-c") ?? "private"
        self.init(
            SwitchedChannel(
                device: SwitchSpec(
                    "snmp", named: String(host),
                    [
                        ("host", .string(String(host))), ("port", port.map { .integer(Int64($0)) }),
                        ("model", .string(model.name)),
                        ("community", community == "private" ? nil : .string(community)),
                        ("version", version == "1" ? nil : .string(version)),
                    ], isPrivate: true), channel: outlet.outlet), action)
    }

    /// `uhubctl -l 1-4 -p 2 -a off`.
    private init?(uhubctl words: ArraySlice<String>) {
        let options = CommandOptions(
            words,
            takingValues: [
                "-l", "--location", "-p", "--ports", "-a", "--action", "-r", "--repeat", "-d", "--delay",
                "-w", "--wait",
            ])
        let actions: [String: Action] = [
            "on": .on, "1": .on, "off": .off, "0": .off, "cycle": .reboot, "2": .reboot,
        ]
        guard let path = options.value("-l", "--location"), let channel = Self.channel(options.value("-p", "--ports")),
            let action = options.value("-a", "--action").flatMap({ actions[$0] }), options.others.isEmpty,
            options.flags.isSubset(of: ["-N", "--nodesc", "-f", "--force", "-e", "--exact"])
        else { return nil }
        self.init(
            SwitchedChannel(
                device: SwitchSpec("usb-hub", named: "hub-\(path)", [("path", .string(path))]), channel: channel),
            action, delay: options.value("-d", "--delay").flatMap { Int($0) })
    }

    /// `sispmctl -D 01:02:03:04:05 -o 2`.
    private init?(sispmctl words: ArraySlice<String>) {
        let options = CommandOptions(words, takingValues: ["-o", "-f", "-D", "-d"])
        guard options.others.isEmpty, options.flags.isSubset(of: ["-q", "-n"]), options.value("-d") == nil,
            (options.value("-o") == nil) != (options.value("-f") == nil),
            let channel = Self.channel(options.value("-o", "-f"))
        else { return nil }
        let serial = options.value("-D")
        self.init(
            SwitchedChannel(
                device: SwitchSpec("sispm", named: "strip", [("serial", serial.map { .string($0) })]), channel: channel),
            options.value("-o") == nil ? .off : .on)
    }

    /// `ykushcmd -s YK12345 -u 2`: up is on.
    private init?(ykushcmd words: ArraySlice<String>) {
        let options = CommandOptions(words, takingValues: ["-u", "-d", "-s"])
        guard options.others.isEmpty, options.flags.isEmpty,
            (options.value("-u") == nil) != (options.value("-d") == nil),
            let channel = Self.channel(options.value("-u", "-d"))
        else { return nil }
        self.init(
            SwitchedChannel(
                device: SwitchSpec("ykush", named: "ykush", [("serial", options.value("-s").map { .string($0) })]),
                channel: channel), options.value("-u") == nil ? .off : .on)
    }

    /// `usbrelay HURTM_1=1`.
    private init?(usbrelay words: ArraySlice<String>) {
        let options = CommandOptions(words, takingValues: [])
        guard options.others.count == 1, options.flags.isSubset(of: ["-q"]),
            let equals = options.others[0].lastIndex(of: "="), let bar = options.others[0].lastIndex(of: "_"),
            bar < equals
        else { return nil }
        let word = options.others[0]
        let (serial, value) = (String(word[..<bar]), String(word[word.index(after: equals)...]))
        guard !serial.isEmpty, ["0", "1"].contains(value),
            let channel = Self.channel(String(word[word.index(after: bar)..<equals]))
        else { return nil }
        self.init(
            SwitchedChannel(
                device: SwitchSpec("dcttech", named: "relays-\(serial)", [("serial", .string(serial))]),
                channel: channel), value == "1" ? .on : .off)
    }

    static func channel(_ text: String?) -> Int? {
        guard let text, (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
