import BenchKit
import DeviceModels
import Glibc
import LabModel

/// A serial device on a pseudo-terminal: the floor writes the same bytes with one call. Each has a model of its own; two
/// programs at one port would be in each other's way.
struct SerialBed: Sendable {
    var make: @Sendable () -> any SerialModel
    var channel: Int
    /// The first contact on, and off, as the device wants it.
    var on: [UInt8]
    var off: [UInt8]

    func measure(_ row: DeviceRow, _ turns: Int) async throws -> BenchRow {
        let path = "/tmp/labd-device-bench-\(getpid())-\(row.driver)"
        let (ours, bare) = (make(), make())
        let (watch, floorWatch) = (ContactWatch(), ContactWatch())
        ours.bank.onChange { watch.note($0) }
        bare.bank.onChange { floorWatch.note($0) }
        let port = try SerialModelPort(ours, at: path)
        defer { port.unplug() }
        let floorPort = try SerialModelPort(bare, at: path + "-floor")
        defer { floorPort.unplug() }
        let bench = try await CutBench(
            driver: row.driver, options: ["tty": .string(path)], channel: channel, watch: watch)
        let descriptor = open(path + "-floor", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchFailure("the floor's port cannot be opened") }
        defer { close(descriptor) }
        var settings = termios()
        tcgetattr(descriptor, &settings)
        cfmakeraw(&settings)
        tcsetattr(descriptor, TCSANOW, &settings)
        let floor = BareSwitch(name: "one write(2) of the same bytes", watch: floorWatch) { isOn in
            let bytes = isOn ? on : off
            guard write(descriptor, bytes, bytes.count) == bytes.count else {
                throw BenchFailure("the floor's port takes nothing")
            }
        } settle: {
            tcflush(descriptor, TCIFLUSH)
        }
        return try await bench.row(row, turns: turns, floor: floor)
    }
}
