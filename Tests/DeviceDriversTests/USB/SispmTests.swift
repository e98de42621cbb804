import DeviceDrivers
import DeviceModels
import LabModel
import Testing

@Suite struct SispmTests {
    private func driver(_ model: SispmModel, _ links: ModelLinks = ModelLinks()) throws -> any SwitchDriver {
        links.plug(model, at: "1-4")
        let kind = try #require(DriverRegistry.kind(named: "sispm"))
        return try kind.make(DriverOptions([:], of: kind.facts, device: "strip"), links)
    }

    @Test func tellsMainsApartFromTheRelay() throws {
        let model = SispmModel()
        var driver = try driver(model)
        try driver.set(3, true)
        #expect(try driver.measure(3) == MeterReading(hasMains: true))
        model.hasMains = false
        #expect(try driver.measure(3) == MeterReading(hasMains: false))
        #expect(try driver.read(3) == true)
    }

    @Test func clearsAForgottenTimetableAndSaysSo() throws {
        let model = SispmModel()
        let empty = [UInt8]((0..<16).flatMap { _ in [0xFF, 0x3F] as [UInt8] })
        // One step: on, two minutes, as sispy's tests have it.
        let forgotten: [UInt8] = [0x0B, 0xF9, 0x8B, 0x56, 0x03, 0x80, 0x02, 0] + empty.prefix(28) + [1, 0]
        model[timetable: 2] = forgotten
        let cleared: [UInt8] = [0x0B, 0xF9, 0x8B, 0x56] + empty + [1, 0]
        model[timetable: 3] = cleared
        var driver = try driver(model)
        #expect(try driver.describe() == "strip 01:02:5c:a1:7e; cleared its own timetable of socket 2")
        #expect(model[timetable: 2] == [0, 0, 0, 0] + empty + [1, 0])
        #expect(model[timetable: 3] == cleared)
        driver.close()
        #expect(try driver.describe() == "strip 01:02:5c:a1:7e")
    }

    @Test func aStripWithOneSocketHasOne() throws {
        var driver = try driver(SispmModel(product: 0xFD12))
        try driver.set(1, true)
        let failure = #expect(throws: Failure.self) { try driver.set(2, true) }
        #expect(failure?.advice == "it has only channel 1")
    }
}
