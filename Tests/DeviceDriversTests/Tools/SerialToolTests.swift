import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// Programs that others wrote for the same devices, against our models over a terminal; and our drivers after them.
@Suite(.enabled(if: PythonTool() != nil, "LABD_DEVICE_TOOLS names no interpreter"), .timeLimit(.minutes(5)))
struct SerialToolTests {
    private func read(_ name: String, _ model: any SerialModel, _ channel: Int) throws -> Bool? {
        let port = try SerialModelPort(model, at: portPath())
        defer { port.unplug() }
        let kind = try #require(DriverRegistry.kind(named: name))
        var driver = try kind.make(
            DriverOptions(["tty": .string(port.path)], of: kind.facts, device: "relays"), TTYHost())
        return try driver.read(channel)
    }

    @Test func theNumatoPackageOfPyPIAgrees() async throws {
        let model = NumatoModel()
        let printed = try await run(
            """
            from numato_usb_relay.relay import Relay
            relays = Relay(numberRelays=8, port=sys.argv[1], name="powered", timeout=0.5)
            print(relays.ver(), relays.id_get())
            relays.relay_on(2)
            relays.relay_on(7)
            # It does not read the echo of a command: a question in between takes it away.
            relays.ver()
            print(relays.relay_read(2), relays.relay_read(3), relays.relay_readall())
            relays.relay_off(7)
            relays.relay_writeall("05")
            print(relays.relay_readall())
            """, model)
        #expect(printed == "00000008 00004711\non off 84\n05\n")
        #expect(model.contacts.prefix(4) == [true, false, true, false])
        #expect(try read("numato", model, 2) == true)
        #expect(try read("numato", model, 7) == false)
    }

    @Test(arguments: [(8, [1, 8]), (16, [1, 11, 16]), (32, [10, 11, 32]), (64, [1, 33, 64])])
    func pdudaemonSwitchesTheSameNumatoRelays(_ size: Int, _ relays: [Int]) async throws {
        let model = NumatoModel(channels: size)
        _ = try await run(
            """
            import pdudaemon.drivers.numatousb as numato
            pdu = getattr(numato, "NumatoUSB" + sys.argv[2])("relays", {"device": sys.argv[1]})
            for relay in sys.argv[3:]:
                pdu.port_interaction("on", relay)
            pdu.port_interaction("off", sys.argv[3])
            """, model, words: ["\(size)"] + relays.map(String.init))
        let on = model.contacts.enumerated().filter(\.element).map { $0.offset + 1 }
        #expect(on == Array(relays.dropFirst()))
    }

    @Test func pdudaemonSwitchesTheSameDevantechRelays() async throws {
        let model = DevantechModel()
        _ = try await run(
            """
            import serial, pdudaemon.drivers.devantechusb as devantech
            pdu = devantech.DevantechUSB8("relays", {"device": sys.argv[1]})
            for command, relay in [("on", 1), ("on", 5), ("on", 8), ("off", 1)]:
                pdu.port_interaction(command, relay)
            # What it wrote is taken in order: the last answer says that all of it was.
            port = serial.Serial(sys.argv[1], timeout=5)
            port.write(bytes([0x5B]))
            print(port.read(1).hex())
            """, model)
        #expect(model.contacts == [false, false, false, false, true, false, false, true])
        #expect(try read("devantech", model, 5) == true)
    }

    @Test func jumpstarterSwitchesAndReadsTheSameLCUSRelays() async throws {
        let model = LCUSModel()
        let printed = try await run(
            """
            from jumpstarter_driver_noyito_relay.driver import NoyitoPowerSerial
            first, second = (NoyitoPowerSerial(port=sys.argv[1], channel=n) for n in (1, 2))
            first.on()
            second.on()
            print(first.status(), second.status())
            first.off()
            print(first.status(), second.status())
            """, model)
        #expect(printed == "on on\noff on\n")
        #expect(model.contacts == [false, true])
        #expect(try read("lcus", model, 2) == true)
    }

    private func run(_ lines: String, _ model: any SerialModel, words: [String] = []) async throws -> String {
        let port = try SerialModelPort(model, at: portPath())
        defer { port.unplug() }
        let tool = try #require(PythonTool())
        let arguments = [port.path] + words
        return try await blocking { try tool.run("import sys\n" + lines, arguments) }
    }
}
