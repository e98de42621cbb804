import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// The driver against the bench's full model of the chip, which somebody else wrote from the data sheet.
@Suite struct MCP2221Tests {
    /// The full model with the little that a link of these tests wants besides.
    private final class Chip: USBDeviceModel, SwitchingModel {
        let model: MCP2221Model
        let bank = ContactBank(4)

        init(_ pins: [MCP2221Pin]) { model = MCP2221Model(serial: "0001234567", pins: pins) }

        var identity: USBModelIdentity { model.identity }
        func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? { model.control(setup, data: data) }
        func take(_ data: [UInt8], endpoint: UInt8) -> Bool { model.take(data, endpoint: endpoint) }
        func give(endpoint: UInt8, length: Int) -> [UInt8]? { model.give(endpoint: endpoint, length: length) }
    }

    private func driver(_ chip: Chip) throws -> any SwitchDriver {
        let links = ModelLinks()
        links.plug(chip, at: "1-4")
        let kind = try #require(DriverRegistry.kind(named: "mcp2221"))
        return try kind.make(DriverOptions(["serial": "0001234567"], of: kind.facts, device: "pins"), links)
    }

    @Test func leavesTheFunctionsOfOtherPinsAlone() throws {
        let chip = Chip(MCP2221Pin.factory)
        var driver = try driver(chip)
        for channel in 0...3 { #expect(try driver.read(channel) == nil) }
        try driver.set(1, true)
        var expected = MCP2221Pin.factory
        expected[1] = MCP2221Pin(isOutput: true, value: true)
        #expect(chip.model.pins == expected)
        #expect(try driver.read(1) == true)
        try driver.set(3, false)
        expected[3] = MCP2221Pin(isOutput: true, value: false)
        #expect(chip.model.pins == expected)
        #expect(try driver.read(3) == false)
        #expect(try driver.read(0) == nil)
    }

    @Test func drivesInputsOnlyWhenTheyAreSwitched() throws {
        let chip = Chip([MCP2221Pin](repeating: MCP2221Pin(), count: 4))
        var driver = try driver(chip)
        chip.model.drive(2, true)
        #expect(try driver.read(2) == nil)
        for isOn in [true, false, true] {
            try driver.set(0, isOn)
            #expect(chip.model.pins[0] == MCP2221Pin(isOutput: true, value: isOn))
            #expect(try driver.read(0) == isOn)
            #expect(chip.model.pins[2] == MCP2221Pin(value: true))
        }
    }
}
