import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// Which of several equal cards a driver switches.
@Suite struct USBBindingTests {
    private func driver(_ name: String, _ options: [String: DataValue], _ links: ModelLinks) throws -> any SwitchDriver
    {
        let kind = try #require(DriverRegistry.kind(named: name))
        return try kind.make(DriverOptions(options, of: kind.facts, device: "relays"), links)
    }

    @Test func twoEqualCardsAreNotGuessedBetween() throws {
        let links = ModelLinks()
        links.plug(DcttechModel(channels: 2, serial: "AAAAA"), at: "1-1")
        links.plug(DcttechModel(channels: 2, serial: "BBBBB"), at: "1-2.3")
        var driver = try driver("dcttech", [:], links)
        let failure = #expect(throws: Failure.self) { try driver.set(1, true) }
        #expect(failure?.message.contains("1-1 and 1-2.3") == true)
        #expect(failure?.advice == "bind by 'path'")
        #expect(links.traffic.frames.isEmpty)
    }

    @Test func aCardIsFoundByTheSerialNumberInItsReport() throws {
        let links = ModelLinks()
        let (first, second) = (DcttechModel(channels: 2, serial: "AAAAA"), DcttechModel(channels: 2, serial: "BBBBB"))
        links.plug(first, at: "1-1")
        links.plug(second, at: "1-2.3")
        var driver = try driver("dcttech", ["serial": "BBBBB"], links)
        try driver.set(2, true)
        #expect(first.contacts == [false, false])
        #expect(second.contacts == [false, true])
    }

    @Test func aCardIsFoundAgainAtAnotherPort() throws {
        let links = ModelLinks()
        let (first, second) = (DcttechModel(channels: 2, serial: "AAAAA"), DcttechModel(channels: 2, serial: "BBBBB"))
        links.plug(first, at: "1-1")
        links.plug(second, at: "1-2")
        var driver = try driver("dcttech", ["serial": "BBBBB"], links)
        try driver.set(1, true)
        // The two swap their ports.
        links.unplug(at: "1-1")
        links.unplug(at: "1-2")
        #expect(throws: Failure.self) { try driver.set(1, false) }
        driver.close()
        links.plug(second, at: "1-1")
        links.plug(first, at: "1-2")
        try driver.set(2, true)
        #expect(second.contacts == [true, true])
        #expect(first.contacts == [false, false])
    }

    @Test func aMissingSerialNumberIsNamedWithThoseThatAreThere() throws {
        let links = ModelLinks()
        links.plug(DcttechModel(channels: 2, serial: "AAAAA"), at: "1-1")
        let silent = DcttechModel(channels: 2, serial: "CCCCC")
        links.plug(silent, at: "1-3")
        silent.faults = [.silent]
        var driver = try driver("dcttech", ["serial": "BBBBB"], links)
        let failure = #expect(throws: Failure.self) { try driver.set(1, true) }
        #expect(failure?.message == "no USB device 16c0:05df named USBRelay… with serial number BBBBB is plugged in")
        #expect(failure?.advice == "there is AAAAA at 1-1, one at 1-3 that does not say: does not answer")
    }

    @Test func twoCardsWithOneSerialNumberAreNotGuessedBetween() throws {
        let links = ModelLinks()
        links.plug(DcttechModel(channels: 2), at: "1-1")
        links.plug(DcttechModel(channels: 2), at: "1-2")
        var driver = try driver("dcttech", ["serial": "HURTM"], links)
        let failure = #expect(throws: Failure.self) { try driver.set(1, true) }
        #expect(failure?.message.contains("1-1 and 1-2") == true)
    }

    @Test func aPathTellsEqualCardsApart() throws {
        let links = ModelLinks()
        let (first, second) = (UcreatefunModel(), UcreatefunModel())
        links.plug(first, at: "1-1")
        links.plug(second, at: "1-2.3")
        var driver = try driver("ucreatefun", ["path": "1-2.3"], links)
        try driver.set(1, true)
        #expect(first.contacts[0] == false)
        #expect(second.contacts[0] == true)
    }

    @Test func otherProductsWithTheSharedIdsAreLeftAlone() throws {
        let links = ModelLinks()
        let stranger = MCP2221Model()
        links.plug(stranger, at: "1-1")
        var driver = try driver("dcttech", ["path": "1-1"], links)
        let failure = #expect(throws: Failure.self) { try driver.set(1, true) }
        #expect(failure?.message == "no USB device 16c0:05df named USBRelay… at 1-1 is plugged in")
    }

    @Test(arguments: ["usb1", "1-", "1-a", "4.2", "1-2-3", "/dev/bus/usb/001/002"])
    func aPathThatIsNoneIsRefused(_ path: String) throws {
        let failure = #expect(throws: Failure.self) {
            _ = try driver("ykush", ["path": .string(path)], ModelLinks())
        }
        #expect(failure?.type == .configuration)
        #expect(failure?.message.contains(path) == true)
    }

    @Test func aCardDoesNotHaveMoreChannelsThanItsNameSays() throws {
        let links = ModelLinks()
        links.plug(DcttechModel(channels: 2), at: "1-1")
        var driver = try driver("dcttech", [:], links)
        let failure = #expect(throws: Failure.self) { try driver.set(3, true) }
        #expect(failure?.type == .configuration)
        #expect(failure?.advice == "it has channels 1 to 2")
        #expect(!links.traffic.frames.contains { $0.hasPrefix("20") })
    }
}
