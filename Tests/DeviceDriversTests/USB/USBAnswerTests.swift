import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// Answers that are well-formed and still not of this device or to this question.
@Suite struct USBAnswerTests {
    private func driver(_ name: String, _ model: any USBDeviceModel & SwitchingModel) throws -> any SwitchDriver {
        let links = ModelLinks()
        links.plug(model, at: "1-4")
        let kind = try #require(DriverRegistry.kind(named: name))
        return try kind.make(DriverOptions([:], of: kind.facts, device: "relays"), links)
    }

    /// - Returns: the failure's whole message.
    private func failure(_ name: String, _ identity: USBModelIdentity, _ answer: [UInt8]) throws -> String? {
        var driver = try driver(name, ScriptedHID(identity) { _ in answer })
        let failure = #expect(throws: Failure.self) { _ = try driver.read(1) }
        return failure?.description
    }

    @Test func dcttechWithABitForARelayItDoesNotHave() throws {
        let model = DcttechModel(channels: 2, bank: ContactBank(8))
        var driver = try driver("dcttech", model)
        try driver.set(1, true)
        #expect(try driver.read(1) == true)
        let all = USBSetup(requestType: 0x20, request: 0x09, value: 0x0300, index: 0, length: 2)
        _ = model.control(all, data: [0xFE, 0])
        let failure = #expect(throws: Failure.self) { _ = try driver.read(1) }
        #expect(failure?.message.contains("48 55 52 54 4d 00 00 ff") == true)
    }

    @Test func dcttechThatBecameAnotherCard() throws {
        let model = DcttechModel(channels: 2)
        var driver = try driver("dcttech", model)
        #expect(try driver.read(1) == false)
        let rename = USBSetup(requestType: 0x20, request: 0x09, value: 0x0300, index: 0, length: 6)
        _ = model.control(rename, data: [0xFA] + Array("OTHER".utf8))
        #expect(throws: Failure.self) { _ = try driver.read(1) }
        driver.close()
        #expect(try driver.read(1) == false)
    }

    @Test func dcttechWithASerialNumberThatIsNone() throws {
        let identity = DcttechModel(channels: 2).identity
        let message = try failure("dcttech", identity, [1, 2, 3, 4, 5, 0, 0, 0])
        #expect(
            message
                == "relays: answered 01 02 03 04 05 00 00 00 to a report request instead of its serial number and relays"
        )
        let short = try failure("dcttech", identity, Array("HURT".utf8))
        #expect(short?.contains("answered 48 55 52 54 to") == true)
    }

    @Test(
        arguments: [
            ([0x01, 0x12], "01 12 to the status of port 1"), ([0x01, 0x31], "01 31 to the status of port 1"),
            ([0x00, 0x11], "00 11 to command 21"),
        ] as [([UInt8], String)])
    func ykushThatAnswersForAnotherPort(_ answer: [UInt8], _ told: String) throws {
        #expect(try failure("ykush", YkushModel().identity, answer)?.contains(told) == true)
    }

    @Test(arguments: [[0x50, 0], [0x51, 1]] as [[UInt8]])
    func mcp2221ThatAnswersAnotherCommandOrRefuses(_ answer: [UInt8]) throws {
        #expect(try failure("mcp2221", MCP2221Model().identity, answer)?.contains("instead of 51 00") == true)
    }

    @Test func sispmWithUnknownBits() throws {
        let identity = SispmModel().identity
        #expect(try failure("sispm", identity, [2, 0, 0, 0, 0])?.contains("instead of 01 and four bytes") == true)
    }

    @Test func lcusHIDThatSkipsAChannel() throws {
        let text = Array("CH1: ON\r\nCH3: ON\r\n".utf8)
        #expect(try failure("lcus-hid", LCUSHIDModel().identity, text)?.contains("'CH1: ON\\x0d\\x0aCH3") == true)
    }
}
