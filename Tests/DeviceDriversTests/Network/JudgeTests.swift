import DeviceModels
import Foundation
import LabModel
import Testing

@testable import DeviceDrivers

/// Our models before clients that others wrote, and our drivers before servers that others wrote.
@Suite(
    .enabled(if: Judges.folder != nil, "\(Judges.absence)"), .serialized, .timeLimit(.minutes(10)))
struct JudgeTests {
    private let scratch = URL.temporaryDirectory.appending(path: "labd-judges-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true) }

    private struct Verdict: Decodable {
        var reads: [Bool]
        var failure: String?
    }

    /// Everybody's clients in one process: most of the time goes into starting it.
    @Test func clientsOfOthersSwitchOurModels() async throws {
        defer { try? FileManager.default.removeItem(at: scratch) }
        try await blocking {
            let http: [String: any HTTPDeviceModel] = [
                "shelly1": Shelly1Model(), "shelly2": Shelly2Model(), "tasmota": TasmotaModel(),
                "netio": NETIOModel(), "gude": GudeModel(), "esphome": ESPHomeModel(),
            ]
            let bytes: [String: any ByteModel] = [
                "devantech-eth": DevantechETHModel(), "modbus-tcp": ModbusTCPModel(), "modbus-rtu": ModbusRTUModel(),
            ]
            var servers: [String: ModelServer] = [:]
            var contacts: [String: Contacts] = [:]
            for (name, model) in http {
                servers[name] = try ModelServer(model)
                contacts[name] = model.contacts
            }
            for (name, model) in bytes {
                servers[name] = try ModelServer(model)
                contacts[name] = model.contacts
            }
            let ports: [String] = servers.map { name, server in "\(name)=\(server.port)" }.sorted()
            let result = try Judges.run([Judges.python, Judges.program("clients.py")] + ports)
            let line = try #require(result.output.split(separator: "\n").last, "\(result.errors.suffix(2000))")
            let verdicts = try JSONDecoder().decode([String: Verdict].self, from: Data(line.utf8))
            #expect(verdicts.count == 13)
            for (client, verdict) in verdicts {
                #expect(verdict.failure == nil, "\(client)")
                // Some cannot read.
                #expect(verdict.reads.isEmpty || verdict.reads == [true, true, false, false], "\(client)")
            }
            #expect(verdicts.values.filter { $0.reads.count == 4 }.count >= 8)
            // What they did to the contacts, from each client in turn.
            for (name, contacts) in contacts {
                let first = contacts.channels.lowerBound
                let moves: [String] = ["\(first) on", "\(first + 1) on", "\(first) off", "\(first + 1) off"]
                let clients = verdicts.keys.filter { $0.hasPrefix(name + " ") }.count
                // Those of Modbus then switch both at once.
                let times = name.hasPrefix("modbus") ? clients + 1 : clients
                let expected = [[String]](repeating: moves, count: times).flatMap(\.self)
                #expect(contacts.events == expected, "\(name)")
            }
            withExtendedLifetime(servers) {}
        }
    }

    @Test func mbpollSwitchesOurModbusModel() async throws {
        defer { try? FileManager.default.removeItem(at: scratch) }
        try await blocking {
            let model = ModbusTCPModel()
            let server = try ModelServer(model)
            for (relay, isOn) in [(3, true), (8, true), (3, false)] {
                let result = try Self.mbpoll(server.port, relay, writing: isOn)
                #expect(result.status == 0, "\(result.output)")
                #expect(model.contacts.truth[relay - 1] == isOn)
            }
            #expect(try Self.coils(server.port) == [false, false, false, false, false, false, false, true])
        }
    }

    @Test(arguments: ["SOCKET", "RTU"]) func ourDriverSwitchesTheCoilsOfPymodbus(_ framer: String) async throws {
        defer { try? FileManager.default.removeItem(at: scratch) }
        let port = try Judges.freePort()
        let words = [Judges.python, Judges.program("modbus_server.py"), "\(port)", framer]
        try await JudgeServer.with(words, sign: "ready") {
            let name = framer == "RTU" ? "modbus-rtu" : "modbus-tcp"
            let kind = try #require(DriverRegistry.kind(named: name))
            let options = try DriverOptions(
                [
                    "host": "127.0.0.1", "port": .integer(Int64(port)), "channels": 16, "timeout": "60s",
                ], of: kind.facts, device: "relays")
            var driver = try kind.make(options, LoopbackLinks())
            for channel in [0, 7, 8, 15] {
                #expect(try driver.read(channel) == false)
                try driver.set(channel, true)
                #expect(try driver.read(channel) == true)
            }
            #expect(try driver.set([1: true, 2: false, 3: true]) == true)
            try driver.set(0, false)
            driver.close()
            var states: [Bool] = []
            for channel in 0..<16 { states.append(try driver.read(channel) == true) }
            let wanted: Set<Int> = [1, 3, 7, 8, 15]
            let expected: [Bool] = (0..<16).map { wanted.contains($0) }
            #expect(states == expected)
            // A third program reads what ours wrote.
            if framer == "SOCKET" { #expect(try Self.coils(port) == Array(expected.prefix(8))) }
        }
    }

    @Test(arguments: ["1", "2c"]) func ourDriverSwitchesObjectsOfNetSNMP(_ version: String) async throws {
        defer { try? FileManager.default.removeItem(at: scratch) }
        let port = try Judges.freePort(datagrams: true)
        let families: [String] = ["apc-ap79xx", "apc-rpdu", "apc-rpdu2", "poe"]
        let bases: [String] = families.compactMap { family in
            SNMPOutlets.named(family)?.on.object.replacing(".{n}", with: "")
        }
        let agent = "\(Judges.python) \(Judges.program("snmp_objects.py")) 4 "
        let lines: [String] = bases.map { base in "pass_persist .\(base) \(agent).\(base)" }
        let configuration = scratch.appending(path: "snmpd.conf").path
        let text = "rwcommunity s3cret 127.0.0.1\n" + lines.joined(separator: "\n") + "\n"
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
        let words = Judges.debian(
            "usr/sbin/snmpd", ["-f", "-Lo", "-C", "-c", configuration, "udp:127.0.0.1:\(port)"])
        let scratch = scratch.path
        try await JudgeServer.with(["env", "SNMP_PERSISTENT_DIR=\(scratch)"] + words, sign: "NET-SNMP version") {
            let kind = try #require(DriverRegistry.kind(named: "snmp"))
            for (family, base) in zip(families, bases) {
                let options: [String: DataValue] = [
                    "host": "127.0.0.1", "port": .integer(Int64(port)), "model": .string(family),
                    "community": "s3cret", "version": .string(version), "timeout": "60s",
                ]
                var driver = try kind.make(
                    try DriverOptions(options, of: kind.facts, device: "pdu"), LoopbackLinks())
                for (outlet, isOn) in [(1, true), (4, true), (1, false)] {
                    try driver.set(outlet, isOn)
                    #expect(try driver.read(outlet) == isOn)
                    #expect(try Self.snmpget(port, "\(base).\(outlet)", version) == (isOn ? "1" : "2"))
                }
                let failure = try failure { try driver.set(5, true) }
                #expect(failure.type == .infrastructure)
                #expect("\(failure)".contains("it refuses \(base).5"))
            }
        }
    }

    @Test(arguments: ["1", "2c"]) func netSNMPSwitchesOutletsOfOurModel(_ version: String) async throws {
        defer { try? FileManager.default.removeItem(at: scratch) }
        try await blocking {
            let base = "1.3.6.1.4.1.318.1.1.4.4.2.1.3"
            var objects: [String: SNMPAgentModel.Object] = [:]
            for outlet in 1...8 {
                objects["\(base).\(outlet)"] = .outlet(
                    outlet, writes: [1: true, 2: false], reads: [true: 1, false: 2])
            }
            let model = SNMPAgentModel(objects, channels: 1...8, community: "s3cret")
            let server = try DatagramModelServer(model)
            for (outlet, isOn) in [(3, true), (8, true), (3, false)] {
                let result = try Judges.run(
                    Judges.debian(
                        "usr/bin/snmpset",
                        Self.snmp(server.port, version) + ["\(base).\(outlet)", "i", isOn ? "1" : "2"]))
                #expect(result.status == 0, "\(result.errors)")
                #expect(model.contacts.truth[outlet] == isOn)
                #expect(try Self.snmpget(server.port, "\(base).\(outlet)", version) == (isOn ? "1" : "2"))
            }
            let wrong = try Judges.run(
                Judges.debian("usr/bin/snmpset", Self.snmp(server.port, version) + ["\(base).3", "i", "9"]))
            #expect(wrong.status == 2)
            #expect(wrong.errors.contains(version == "1" ? "badValue" : "wrongValue"))
            let missing = try Judges.run(
                Judges.debian("usr/bin/snmpget", Self.snmp(server.port, version) + ["\(base).9"]))
            #expect((missing.output + missing.errors).contains(version == "1" ? "noSuchName" : "No Such Object"))
            #expect(model.contacts.events == ["3 on", "8 on", "3 off"])
        }
    }

    @Test func ourDriverSwitchesThroughPdudaemon() async throws {
        defer { try? FileManager.default.removeItem(at: scratch) }
        let port = try Judges.freePort()
        let log = scratch.appending(path: "log").path
        let pdu = ["driver": "localcmdline", "cmd_on": "echo %s on >> \(log)", "cmd_off": "echo %s off >> \(log)"]
        let configuration: [String: Any] = [
            "daemon": ["hostname": "127.0.0.1", "port": port, "logging_level": "INFO", "listener": "http"],
            "pdus": ["rack 1": pdu],
        ]
        let path = scratch.appending(path: "pdudaemon.conf").path
        try JSONSerialization.data(withJSONObject: configuration).write(to: URL(filePath: path))
        let program = Judges.python.replacing("/python", with: "/pdudaemon")
        try await JudgeServer.with([program, "--conf", path, "--listener", "http"], sign: "Listening on") {
            let kind = try #require(DriverRegistry.kind(named: "pdudaemon"))
            func driver(_ pdu: DataValue) throws -> any SwitchDriver {
                try kind.make(
                    try DriverOptions(
                        ["host": "127.0.0.1", "port": .integer(Int64(port)), "pdu": pdu, "timeout": "60s"],
                        of: kind.facts, device: "rack"), LoopbackLinks())
            }
            var rack = try driver("rack 1")
            for (socket, isOn) in [(1, true), (12, true), (1, false)] { try rack.set(socket, isOn) }
            #expect(try String(contentsOfFile: log, encoding: .utf8) == "1 on\n12 on\n1 off\n")
            var stranger = try driver("rack 2")
            let failure = try failure { try stranger.set(1, true) }
            #expect("\(failure)" == "rack: HTTP 500: \"Invalid request \"")
        }
    }

    private static func mbpoll(
        _ port: Int, _ relay: Int, writing isOn: Bool
    ) throws -> (status: Int32, output: String, errors: String) {
        try Judges.run(
            Judges.debian(
                "usr/bin/mbpoll",
                ["-m", "tcp", "-t", "0", "-r", "\(relay)", "-p", "\(port)", "127.0.0.1", isOn ? "1" : "0"]))
    }

    /// The first eight coils, as mbpoll reads them.
    private static func coils(_ port: Int) throws -> [Bool] {
        let result = try Judges.run(
            Judges.debian(
                "usr/bin/mbpoll", ["-m", "tcp", "-t", "0", "-r", "1", "-c", "8", "-1", "-p", "\(port)", "127.0.0.1"]))
        return result.output.split(separator: "\n").filter { $0.hasPrefix("[") }.map { $0.hasSuffix("1") }
    }

    private static func snmp(_ port: Int, _ version: String) -> [String] {
        ["-v\(version)", "-c", "s3cret", "-t", "20", "-r", "1", "-O", "qv", "127.0.0.1:\(port)"]
    }

    private static func snmpget(_ port: Int, _ object: String, _ version: String) throws -> String {
        try Judges.run(Judges.debian("usr/bin/snmpget", snmp(port, version) + [object])).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
