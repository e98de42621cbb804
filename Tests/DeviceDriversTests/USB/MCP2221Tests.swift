import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// Pins of the chip that somebody else uses.
@Suite struct MCP2221Tests {
    private func driver(_ chip: MCP2221Model) throws -> any SwitchDriver {
        let links = ModelLinks()
        links.plug(chip, at: "1-4")
        let kind = try #require(DriverRegistry.kind(named: "mcp2221"))
        return try kind.make(DriverOptions(["serial": "0001234567"], of: kind.facts, device: "pins"), links)
    }

    @Test func leavesTheFunctionsOfOtherPinsAlone() throws {
        let chip = MCP2221Model(serial: "0001234567", pins: MCP2221Pin.factory)
        var driver = try driver(chip)
        for channel in 0...3 { #expect(try driver.read(channel) == nil) }
        try driver.set(1, true)
        var expected = MCP2221Pin.factory
        expected[1] = MCP2221Pin(isOutput: true, value: true)
        #expect(chip.pins == expected)
        #expect(try driver.read(1) == true)
        try driver.set(3, false)
        expected[3] = MCP2221Pin(isOutput: true, value: false)
        #expect(chip.pins == expected)
        #expect(try driver.read(3) == false)
        #expect(try driver.read(0) == nil)
    }

    @Test func drivesInputsOnlyWhenTheyAreSwitched() throws {
        let chip = MCP2221Model(serial: "0001234567")
        var driver = try driver(chip)
        chip.drive(2, true)
        #expect(try driver.read(2) == nil)
        for isOn in [true, false, true] {
            try driver.set(0, isOn)
            #expect(chip.pins[0] == MCP2221Pin(isOutput: true, value: isOn))
            #expect(try driver.read(0) == isOn)
            #expect(chip.pins[2] == MCP2221Pin(value: true))
        }
    }
}
