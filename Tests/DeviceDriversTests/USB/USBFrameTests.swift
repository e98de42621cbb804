import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// The very bytes that USB drivers send, held against tables that were not made from the drivers: those of peers'
/// sources, listed with each driver.
@Suite struct USBFrameTests {
    private func frames(
        _ name: String, _ model: any USBDeviceModel & SwitchingModel, _ options: [String: DataValue] = [:],
        _ act: (inout any SwitchDriver) throws -> Void
    ) throws -> [String] {
        let links = ModelLinks()
        links.plug(model, at: "1-4")
        let kind = try #require(DriverRegistry.kind(named: name))
        var driver = try kind.make(DriverOptions(options, of: kind.facts, device: "relays"), links)
        try act(&driver)
        return links.traffic.frames
    }

    @Test func dcttechSpeaksToTheDevice() throws {
        let sent = try frames("dcttech", DcttechModel(channels: 2)) { driver in
            try driver.set(1, true)
            try driver.set(2, true)
            try driver.set(1, false)
            #expect(try driver.read(2) == true)
        }
        #expect(
            sent == [
                "a0 01 0300 0000 <8", "20 09 0300 0000: ff 01", "20 09 0300 0000: ff 02", "20 09 0300 0000: fd 01",
                "a0 01 0300 0000 <8",
            ])
    }

    @Test func dcttechTurnsToTheInterfaceWhenTheDeviceRefuses() throws {
        let sent = try frames("dcttech", DcttechModel(channels: 1, stallsDeviceRequests: true)) { driver in
            try driver.set(1, true)
        }
        #expect(sent == ["a0 01 0300 0000 <8", "a1 01 0300 0000 <8", "21 09 0300 0000: ff 01"])
    }

    @Test func ucreatefunPutsTheStateInTheHighNibble() throws {
        let sent = try frames("ucreatefun", UcreatefunModel()) { driver in
            try driver.set(3, true)
            try driver.set(3, false)
        }
        #expect(sent == [">01: f3 00 00 00 00 00 00 00", ">01: 03 00 00 00 00 00 00 00"])
    }

    @Test func lcusHIDAddsUp() throws {
        let sent = try frames("lcus-hid", LCUSHIDModel()) { driver in
            try driver.set(1, true)
            try driver.set(8, true)
            try driver.set(2, false)
            #expect(try driver.read(8) == true)
        }
        #expect(sent == [">02: a0 01 01 a2", ">02: a0 08 01 a9", ">02: a0 02 00 a2", ">02: a0 0f 02 b1"])
    }

    @Test func sispmCountsReportsByThree() throws {
        let sent = try frames("sispm", SispmModel()) { driver in
            try driver.set(2, true)
            try driver.set(2, false)
            #expect(try driver.read(4) == false)
        }
        // First its id and four timetables, which are as new.
        #expect(sent.prefix(5).allSatisfy { $0.hasPrefix("a1 01 03") })
        #expect(
            sent.dropFirst(sent.count - 3) == [
                "21 09 0306 0000: 06 03 00 00 00", "21 09 0306 0000: 06 00 00 00 00", "a1 01 030c 0000 <5",
            ])
    }

    @Test func theOldestSispmCountsFromZero() throws {
        let sent = try frames("sispm", SispmModel(product: 0xFD10)) { driver in try driver.set(1, true) }
        #expect(sent.last == "21 09 0300 0000: 00 03 00 00 00")
    }

    @Test func ykushSendsOneByteInSixtyFour() throws {
        let zeros = String(repeating: " 00", count: 63)
        let sent = try frames("ykush3", YkushModel(.three)) { driver in
            try driver.set(1, true)
            try driver.set(3, false)
            try driver.set(4, true)
            #expect(try driver.read(4) == true)
            #expect(try driver.set([1: true, 2: true, 3: true]))
            #expect(try driver.set([1: false, 2: false, 3: false]))
        }
        #expect(sent == ["11", "03", "14", "24", "1a", "0a"].map { ">01: \($0)\(zeros)" })
    }

    @Test func dutlinkAsksItsThirdInterface() throws {
        let sent = try frames("dutlink", DutlinkModel()) { driver in
            try driver.set(1, true)
            try driver.set(1, false)
            let reading = try driver.measure(1)
            #expect(reading == MeterReading(voltage: 0, current: 0, power: 0))
        }
        #expect(sent == ["41 01 0001 0002", "41 01 0000 0002", "41 00 0000 0002", "c1 04 0001 0002 <512"])
    }

    @Test func dutlinkCanLeaveItsControlLinesAlone() throws {
        let sent = try frames("dutlink", DutlinkModel(), ["force": true]) { driver in
            try driver.set(1, true)
            try driver.set(1, false)
        }
        #expect(sent == ["41 01 0003 0002", "41 01 0002 0002"])
    }

    @Test func mcp2221MakesOnePinGPIOAndLeavesTheOthers() throws {
        let model = MCP2221Model(serial: "0001234567", pins: MCP2221Pin.factory)
        let sent = try frames("mcp2221", model) { driver in
            #expect(try driver.read(2) == nil)
            try driver.set(2, true)
            try driver.set(2, false)
        }
        #expect(model.pins.map(\.function) == [2, 3, 0, 1])
        let commands = sent.map { String($0.dropFirst(5).prefix(41)) }
        #expect(
            commands == [
                "51" + String(repeating: " 00", count: 13), "51" + String(repeating: " 00", count: 13),
                "61" + String(repeating: " 00", count: 13), "60 00 00 00 00 00 00 80 0a 0b 10 09 00 00",
                "50 00 00 00 00 00 00 00 00 00 01 01 01 00", "51" + String(repeating: " 00", count: 13),
                "50 00 00 00 00 00 00 00 00 00 01 00 01 00",
            ])
    }

    @Test func ftdiBitbangWritesAllPinsAtOnce() throws {
        let sent = try frames("ftdi-bitbang", FTDIModel(), ["outputs": 15]) { driver in
            try driver.set(0, true)
            #expect(try driver.set([1: true, 3: true]))
            try driver.set(0, false)
            #expect(try driver.read(3) == true)
        }
        #expect(
            sent == [
                "40 0b 010f 0000", ">02: 00", ">02: 01", ">02: 0b", ">02: 0a", "c0 0c 0000 0000 <1",
                "c0 0c 0000 0000 <1",
            ])
    }

    @Test func ftdiChipsWithSeveralChannelsCountThemFromOne() throws {
        let sent = try frames("ftdi-bitbang", FTDIModel(product: 0x6010)) { driver in try driver.set(7, true) }
        #expect(sent == ["40 0b 01ff 0001", ">02: 00", ">02: 80"])
    }

    @Test func ftdiCBUSPacksDirectionsAndValues() throws {
        let sent = try frames("ftdi-cbus", FTDIModel(product: 0x6015, controlPins: true), ["outputs": 3]) { driver in
            try driver.set(0, true)
            try driver.set(1, true)
            try driver.set(0, false)
        }
        #expect(sent == ["40 0b 2030 0000", "40 0b 2031 0000", "40 0b 2033 0000", "40 0b 2032 0000"])
    }

    @Test func aPinThatIsNoOutputIsNoChannel() throws {
        let sent = try frames("ftdi-bitbang", FTDIModel(), ["outputs": 2]) { driver in
            let failure = #expect(throws: Failure.self) { try driver.set(0, true) }
            #expect(failure?.type == .configuration)
        }
        #expect(sent.isEmpty)
    }
}
