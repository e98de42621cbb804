import DeviceModels
import LabModel

/// Agents for every family of the driver's table. What an agent's objects are is written here once more, from the
/// families' MIBs, and not taken from the table.
enum SNMPBench {
    /// The objects of a family: before the outlet's number, what may be written, what is read.
    private struct Family {
        var name: String
        var objects: [(base: String, writes: [Int64: Bool], reads: [Bool: Int64])]
        /// After the outlet's number.
        var end = ""
        var more: [String: DataValue] = [:]
    }

    static let all: [NetworkBench] = families.map { family in
        NetworkBench(name: "snmp", variant: family.name, tells: family.objects.contains { !$0.reads.isEmpty }) {
            try device(family)
        }
    }

    private static let families: [Family] = [
        one("apc-ap79xx", "1.3.6.1.4.1.318.1.1.4.4.2.1.3", 1, 2),
        one("apc-rpdu", "1.3.6.1.4.1.318.1.1.12.3.3.1.1.4", 1, 2),
        one("apc-rpdu2", "1.3.6.1.4.1.318.1.1.26.9.2.4.1.5", 1, 2),
        one("apc-easy", "1.3.6.1.4.1.318.1.1.30.6.2.1.4", 1, 2),
        one("apc-cpdu", "1.3.6.1.4.1.318.1.1.32.5.5.1.4", 2, 1),
        one("poe", "1.3.6.1.2.1.105.1.1.1.3.1", 1, 2),
        two("raritan-px2", "1.3.6.1.4.1.13742.6.4.1.2.1.2.1", 1, 0, "1.3.6.1.4.1.13742.6.4.1.2.1.3.1", 7, 8),
        two("servertech-sentry3", "1.3.6.1.4.1.1718.3.2.3.1.11.1.1", 1, 2, "1.3.6.1.4.1.1718.3.2.3.1.10.1.1", 5, 4),
        two("servertech-sentry4", "1.3.6.1.4.1.1718.4.1.8.5.1.2.1.1", 1, 2, "1.3.6.1.4.1.1718.4.1.8.3.1.1.1.1", 1, 0),
        Family(
            name: "eaton-epdu",
            objects: [
                ("1.3.6.1.4.1.534.6.6.7.6.6.1.4.0", [0: true], [:]),
                ("1.3.6.1.4.1.534.6.6.7.6.6.1.3.0", [0: false], [:]),
                ("1.3.6.1.4.1.534.6.6.7.6.6.1.2.0", [:], [true: 1, false: 0]),
            ]),
        Family(
            name: "cyberpower", objects: [("1.3.6.1.4.1.3808.1.1.3.3.3.1.1.4", [1: true, 2: false], [:])]),
        Family(
            name: "custom",
            objects: [("1.3.6.1.4.1.4294967295", [-5: true, 100_000: false], [true: 1, false: 0])], end: ".9",
            more: [
                "set_oid": .string("1.3.6.1.4.1.4294967295.{n}.9"), "get_oid": .string(".1.3.6.1.4.1.4294967295.{n}.9"),
                "on_value": .integer(-5), "off_value": .integer(100_000), "read_on": .integer(1),
                "read_off": .integer(0), "version": .string("2c"),
            ]),
    ]

    private static func one(_ name: String, _ base: String, _ on: Int64, _ off: Int64) -> Family {
        Family(name: name, objects: [(base, [on: true, off: false], [true: on, false: off])])
    }

    private static func two(
        _ name: String, _ command: String, _ on: Int64, _ off: Int64, _ state: String, _ isOn: Int64, _ isOff: Int64
    ) -> Family {
        Family(
            name: name,
            objects: [(command, [on: true, off: false], [:]), (state, [:], [true: isOn, false: isOff])])
    }

    private static let outlets = 1...3

    private static func device(_ family: Family) throws -> NetworkBench.Device {
        var objects: [String: SNMPAgentModel.Object] = [:]
        for outlet in outlets {
            for (base, writes, reads) in family.objects {
                objects["\(base).\(outlet)\(family.end)"] = .outlet(outlet, writes: writes, reads: reads)
            }
        }
        let model = SNMPAgentModel(objects, channels: outlets, community: "s3cret")
        let server = try DatagramModelServer(model)
        var options: [String: DataValue] = family.more
        options["host"] = .string("127.0.0.1")
        options["port"] = .integer(Int64(server.port))
        options["model"] = .string(family.name)
        options["community"] = .string("s3cret")
        return NetworkBench.Device(
            contacts: model.contacts, options: options, stop: { server.stop() }, start: { try server.start() })
    }
}
