import LabModel

/// A PDU or a PoE switch that is switched over SNMP, version 1 or 2c. Both send their community in the clear.
struct SNMPDriver: SwitchDriver {
    private let device: String
    private let outlets: SNMPOutlets
    private let link: any DatagramLink
    private let version: SNMPMessage.Version
    private let community: [UInt8]
    private let timeout: Duration
    private var number: Int64 = 0

    /// Datagrams get lost: a question is asked this often.
    private static let tries = 3

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        outlets = try Self.outlets(options)
        version = options.text("version") == "2c" ? .v2c : .v1
        community = Array((options.text("community") ?? "private").utf8)
        timeout = options.timeout(.seconds(3))
        do {
            link = try links.udp(host: options.text("host") ?? "", port: options.integer("port") ?? 161)
        } catch {
            throw error.placed(at: options.device)
        }
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        let command = isOn ? outlets.on : outlets.off
        let answer = try ask(channel, .set, command.object, .integer(command.value))
        guard answer == .integer(command.value) else { throw unexpected(answer) }
    }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        guard let state = outlets.state else {
            try DeviceAnswer.check(channel, in: outlets.channels, of: device)
            return nil
        }
        let answer = try ask(channel, .get, state, .null)
        guard case .integer(let value) = answer else { throw unexpected(answer) }
        if outlets.readsOn.contains(value) { return true }
        return outlets.readsOff.contains(value) ? false : nil
    }

    mutating func close() { link.close() }

    private mutating func ask(
        _ channel: Int, _ kind: SNMPMessage.Kind, _ pattern: String, _ value: SNMPMessage.Value
    ) throws(Failure) -> SNMPMessage.Value {
        try DeviceAnswer.check(channel, in: outlets.channels, of: device)
        guard let object = SNMPOutlets.object(pattern, channel) else {
            throw Failure(.configuration, "\(pattern) is no object identifier for outlet \(channel)", at: device)
        }
        do {
            for _ in 0..<Self.tries {
                number = number % 0x7FFF_FFFF + 1
                let message = SNMPMessage(
                    version: version, community: community, kind: kind, number: number, object: object, value: value)
                try link.send(message.bytes)
                if let answer = try answer(to: message) { return answer }
            }
        } catch {
            throw error.placed(at: device)
        }
        throw Failure(
            .infrastructure, "no answer to \(Self.tries) questions within \(timeout)", at: device,
            advice: "a wrong community is answered with silence, too")
    }

    /// - Returns: nil when no answer to this message came in time.
    private func answer(to message: SNMPMessage) throws(Failure) -> SNMPMessage.Value? {
        let deadline = LinkDeadline(timeout / Self.tries)
        // What answers an earlier question, or nothing at all, is passed over.
        while !deadline.isOver, let bytes = try link.receive(timeout: max(.zero, deadline.remaining)) {
            guard let answer = try? SNMPMessage(bytes) else {
                throw Failure(.infrastructure, "an answer that is no SNMP: \(DeviceAnswer.hex(bytes))", at: device)
            }
            guard answer.kind == .response, answer.number == message.number, answer.version == message.version,
                answer.community == message.community
            else { continue }
            guard answer.errorStatus == 0 else { throw refused(answer.errorStatus, message.object) }
            guard answer.object == message.object else { continue }
            return answer.value
        }
        return nil
    }

    private func refused(_ status: Int64, _ object: ObjectID) -> Failure {
        // RFC 3416, section 3; the first five are version 1's, too.
        let names = [
            1: "tooBig", 2: "noSuchName", 3: "badValue", 4: "readOnly", 5: "genErr", 6: "noAccess", 7: "wrongType",
            10: "wrongValue", 13: "resourceUnavailable", 14: "commitFailed", 16: "authorizationError",
            17: "notWritable",
        ]
        return Failure(
            .infrastructure, "it refuses \(object) with \(names[Int(truncatingIfNeeded: status)] ?? "error \(status)")",
            at: device, advice: "check 'model', and whether 'community' may write")
    }

    private func unexpected(_ value: SNMPMessage.Value) -> Failure {
        let text =
            switch value {
            case .integer(let number): "the number \(number)"
            case .octets(let bytes): DeviceAnswer.excerpt(bytes)
            case .null: "nothing"
            case .missing: "that it has no such object"
            case .other(let tag): "something of type \(tag)"
            }
        return Failure(.infrastructure, "it answered \(text)", at: device, advice: "check 'model'")
    }

    /// The family that `model` names, or the one that the entry itself describes.
    private static func outlets(_ options: DriverOptions) throws(Failure) -> SNMPOutlets {
        if let outlets = SNMPOutlets.named(options.text("model") ?? "") { return outlets }
        guard let set = options.text("set_oid"), let on = options.integer("on_value"),
            let off = options.integer("off_value"), on != off
        else {
            throw Failure(
                .configuration, "'model: custom' needs 'set_oid', and 'on_value' and 'off_value' that differ",
                at: options.device)
        }
        for pattern in [set, options.text("get_oid") ?? set] where SNMPOutlets.object(pattern, 1) == nil {
            throw Failure(
                .configuration, "'\(pattern.prefix(120))' is no object identifier; {n} stands for the outlet",
                at: options.device)
        }
        return SNMPOutlets(
            name: "custom", title: "custom", channels: 0...9999,
            on: SNMPOutlets.Command(object: set, value: Int64(on)),
            off: SNMPOutlets.Command(object: set, value: Int64(off)), state: options.text("get_oid"),
            readsOn: [Int64(options.integer("read_on") ?? on)], readsOff: [Int64(options.integer("read_off") ?? off)],
            source: "the device's entry")
    }
}

extension DriverKind {
    static let snmp = DriverKind(
        DriverFacts(
            name: "snmp", title: "PDU or PoE switch over SNMP", link: .network, channels: 0...9999, readBack: .some,
            afterPowerLoss: "as set in the device",
            options: [
                NetworkOptions.host, NetworkOptions.port(161),
                DriverOption(
                    "model", .choice(SNMPOutlets.all.map(\.name) + ["custom"]), isRequired: true,
                    "the family of the device; custom takes its objects from the options below"),
                DriverOption("community", .secret, standard: "private", "the community that may write"),
                DriverOption("version", .choice(["1", "2c"]), standard: "1", "the version of SNMP"),
                DriverOption("set_oid", .text, "custom: the object to write; {n} is the outlet"),
                DriverOption("get_oid", .text, "custom: the object to read; without it nothing is read back"),
                DriverOption("on_value", .integer(-1_000_000...1_000_000), "custom: the number that switches on"),
                DriverOption("off_value", .integer(-1_000_000...1_000_000), "custom: the number that switches off"),
                DriverOption("read_on", .integer(-1_000_000...1_000_000), "custom: the number read when on"),
                DriverOption("read_off", .integer(-1_000_000...1_000_000), "custom: the number read when off"),
                NetworkOptions.timeout("3s"),
            ],
            proofs: [.tool("net-snmp")],
            example: """
                devices:
                  - name: pdu
                    driver: snmp
                    host: 10.0.0.30
                    model: apc-rpdu2
                    community: private
                """)
    ) { options, links throws(Failure) in try SNMPDriver(options, links) }
}
