import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// The very bytes that serial drivers send, held against the tables of the devices' documentation.
@Suite struct SerialFrameTests {
    private func frames(
        _ name: String, _ model: any SwitchingModel, _ options: [String: DataValue] = [:],
        _ act: (inout any SwitchDriver) throws -> Void
    ) throws -> [String] {
        let links = ModelLinks()
        links.plug(serial: model, at: "/dev/model")
        let kind = try #require(DriverRegistry.kind(named: name))
        let options = options.merging(["tty": "/dev/model"]) { $1 }
        var driver = try kind.make(DriverOptions(options, of: kind.facts, device: "relays"), links)
        try act(&driver)
        return links.traffic.frames
    }

    private func text(_ text: String) -> String { Array(text.utf8).hex }

    @Test func lcus() throws {
        let sent = try frames("lcus", LCUSModel(channels: 8)) { driver in
            for channel in [1, 2, 3, 4, 8] {
                try driver.set(channel, true)
                try driver.set(channel, false)
            }
            #expect(try driver.read(8) == false)
        }
        #expect(
            sent == [
                "a0 01 01 a2", "a0 01 00 a1", "a0 02 01 a3", "a0 02 00 a2", "a0 03 01 a4", "a0 03 00 a3", "a0 04 01 a5",
                "a0 04 00 a4", "a0 08 01 a9", "a0 08 00 a8", "ff",
            ])
    }

    @Test func lcusThatNeverAnsweredIsAskedOnce() throws {
        let sent = try frames("lcus", LCUSModel(answers: false)) { driver in
            let answers = try (0..<3).map { _ in try driver.read(1) }
            #expect(answers == [nil, nil, nil])
        }
        #expect(sent == ["ff"])
    }

    @Test func lcusIsAskedAgainOnceItWasClosed() throws {
        let model = LCUSModel()
        model.faults = [.silent]
        let sent = try frames("lcus", model) { driver in
            let silent = try driver.read(1)
            #expect(silent == nil)
            model.faults = []
            driver.close()
            #expect(try driver.read(1) == false)
        }
        #expect(sent == ["ff", "ff"])
    }

    @Test func numato() throws {
        let sent = try frames("numato", NumatoModel(channels: 16), ["channels": 16]) { driver in
            try driver.set(0, true)
            try driver.set(10, true)
            try driver.set(10, false)
            #expect(try driver.read(0) == true)
            #expect(try driver.set([1: true, 15: true, 0: false]))
        }
        #expect(
            sent
                == [
                    "\r", "relay on 0\r", "relay on A\r", "relay off A\r", "relay read 0\r", "relay readall\r",
                    "relay writeall 8002\r",
                ].map(text))
    }

    @Test(arguments: [(32, 31, "V"), (32, 9, "9"), (64, 5, "05"), (64, 63, "63"), (1, 0, "0")])
    func numatoNamesRelaysByTheSizeOfTheModule(_ count: Int, _ channel: Int, _ name: String) throws {
        let model = NumatoModel(channels: count)
        let sent = try frames("numato", model, ["channels": .integer(Int64(count))]) { driver in
            try driver.set(channel, true)
        }
        #expect(sent.last == text("relay on \(name)\r"))
        #expect(model.contacts.firstIndex(of: true) == channel)
    }

    @Test func numatoGetsInStepWithHalfACommand() throws {
        let model = NumatoModel()
        _ = model.take(Array("relay o".utf8))
        _ = try frames("numato", model) { driver in try driver.set(3, true) }
        #expect(model.contacts.firstIndex(of: true) == 3)
    }

    @Test func devantech() throws {
        let sent = try frames("devantech", DevantechModel()) { driver in
            try driver.set(1, true)
            try driver.set(8, true)
            try driver.set(1, false)
            try driver.set(8, false)
            #expect(try driver.read(8) == false)
            #expect(try driver.set([1: true, 3: true]))
            #expect(try driver.describe() == "module 8, firmware 3")
        }
        #expect(sent == ["65", "6c", "6f", "76", "5b 5b", "5b 5b", "5c 05", "5a"])
    }

    @Test func dlpIO8() throws {
        let sent = try frames("dlp-io8", DLPIO8Model()) { driver in
            for channel in 1...8 { try driver.set(channel, true) }
            for channel in 1...8 { try driver.set(channel, false) }
        }
        #expect(sent == "12345678QWERTYUI".map { text("\($0)'") })
    }

    @Test func serialLinesAreSetTogether() throws {
        let model = ControlLinesModel()
        let sent = try frames("serial-lines", model) { driver in
            try driver.set(2, true)
            #expect(model.contacts == [false, true])
            #expect(try driver.set([1: true, 2: false]))
        }
        #expect(sent == ["lines 0 1", "lines 1 0"])
    }

    @Test func invertedSerialLinesAreOnWhileNotAsserted() throws {
        let model = ControlLinesModel()
        let sent = try frames("serial-lines", model, ["inverted": true]) { driver in
            try driver.set(1, true)
            #expect(model.contacts == [false, true])
            #expect(try driver.read(1) == true)
        }
        #expect(sent == ["lines 0 1"])
    }

    @Test func aPortOrAnAdapterMustBeNamed() throws {
        let kind = try #require(DriverRegistry.kind(named: "numato"))
        let failure = #expect(throws: Failure.self) {
            _ = try kind.make(DriverOptions([:], of: kind.facts, device: "relays"), ModelLinks())
        }
        #expect(failure?.type == .configuration)
        #expect(failure?.message == "needs 'tty', or the USB device by 'path', 'serial' or 'id'")
    }
}
