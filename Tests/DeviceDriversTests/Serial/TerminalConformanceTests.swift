import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// The serial drivers once more, over real terminals: with the kernel's line discipline and real time between them and
/// their devices.
@Suite(.timeLimit(.minutes(2))) struct TerminalConformanceTests {
    static let benches =
        DriverBench.serial.filter { $0.name != "serial-lines" } + [
            DriverBench(name: "modbus-rtu", channels: 0...7) { .serial(SerialLineModel(ModbusRTUModel())) }
        ]

    private func open(_ bench: DriverBench) throws -> (any SwitchDriver, any SerialModel, SerialModelPort) {
        guard case .serial(let device) = bench.make() else { throw Failure(.bug, "no serial device") }
        let model = try #require(device as? any SerialModel)
        let port = try SerialModelPort(model, at: portPath())
        let kind = try #require(DriverRegistry.kind(named: bench.name))
        let options = bench.options.merging(["tty": .string(port.path)]) { $1 }
        return (try kind.make(DriverOptions(options, of: kind.facts, device: "relays"), TTYHost()), model, port)
    }

    @Test(arguments: benches) func switchesEveryChannel(_ bench: DriverBench) async throws {
        var (driver, model, port) = try open(bench)
        var expected = [Bool](repeating: false, count: bench.channels.count)
        for isOn in [true, false] {
            for (place, channel) in bench.channels.enumerated() {
                try driver.set(channel, isOn)
                expected[place] = isOn
                #expect(try driver.read(channel) == (bench.tells ? isOn : nil))
                // A device that acknowledges nothing obeys a little later.
                if !bench.tells && !bench.acknowledges { await settled(model, expected) }
                #expect(model.contacts == expected)
            }
        }
        port.unplug()
    }

    @Test(arguments: benches) func isBackWithItsPort(_ bench: DriverBench) async throws {
        var (driver, model, port) = try open(bench)
        let channel = bench.channels.upperBound
        try driver.set(channel, true)
        _ = try driver.read(channel)
        port.unplug()
        let failure = #expect(throws: Failure.self) {
            for _ in 0..<3 { try driver.set(channel, true) }
        }
        #expect(failure?.type == .infrastructure)
        driver.close()
        try port.plug()
        try driver.set(channel, false)
        let expected = [Bool](repeating: false, count: bench.channels.count)
        await settled(model, expected)
        #expect(model.contacts == expected)
        #expect(try driver.read(channel) == (bench.tells ? false : nil))
        port.unplug()
    }

    @Test(arguments: benches) func waitsForASlowDevice(_ bench: DriverBench) throws {
        var (driver, model, port) = try open(bench)
        model.faults = [.slow(.milliseconds(30))]
        let channel = bench.channels.lowerBound
        try driver.set(channel, true)
        #expect(try driver.read(channel) == (bench.tells ? true : nil))
        port.unplug()
    }

    /// Waits until the contacts are as expected; the suite's time limit ends a wait in vain.
    private func settled(_ model: any SerialModel, _ expected: [Bool]) async {
        while model.contacts != expected { await Task.yield() }
    }
}
