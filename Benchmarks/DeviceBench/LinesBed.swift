import BenchKit
import DeviceModels
import Glibc
import LabModel

/// DTR of two serial adapters that the kernel's `ftdi_sio` drives: the floor makes one ioctl.
enum LinesBed {
    static func measure(_ row: DeviceRow, _ turns: Int) async throws -> BenchRow {
        let (ours, bare) = (ControlLinesModel(), ControlLinesModel())
        let (watch, floorWatch) = (ContactWatch(), ContactWatch())
        ours.bank.onChange { watch.note($0) }
        bare.bank.onChange { floorWatch.note($0) }
        let plug = try VirtualPlug(SerialAdapterModel(.ftdi, ours))
        defer { plug.pullOut() }
        let floorPlug = try VirtualPlug(SerialAdapterModel(.ftdi, bare))
        defer { floorPlug.pullOut() }
        _ = try plug.terminal()
        let bench = try await CutBench(
            driver: row.driver, options: ["path": .string(plug.path)], channel: 1, watch: watch)
        try await bench.settled()
        let descriptor = open(try floorPlug.terminal(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchFailure("the floor's port cannot be opened") }
        defer { close(descriptor) }
        let floor = BareSwitch(name: "one ioctl TIOCMBIC", watch: floorWatch) { isOn in
            var lines = Int32(TIOCM_DTR)
            guard ioctl(descriptor, UInt(isOn ? TIOCMBIS : TIOCMBIC), &lines) == 0 else {
                throw BenchFailure("the floor's port does not set its lines: error \(errno)")
            }
        }
        // Opening asserted it.
        try floor.set(false)
        return try await bench.row(row, turns: turns, floor: floor)
    }
}
