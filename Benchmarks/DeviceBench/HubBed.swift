import BenchKit
import DeviceModels
import Glibc
import LabModel

/// Two ports of a modelled hub that the kernel's hub driver has: the floor writes to the kernel's switch of its port.
enum HubBed {
    static func measure(_ row: DeviceRow, _ turns: Int) async throws -> BenchRow {
        let hub = HubModel()
        let (watch, floorWatch) = (ContactWatch(0), ContactWatch(1))
        hub.bank.onChange { event in
            watch.note(event)
            floorWatch.note(event)
        }
        let plug = try VirtualPlug(hub)
        defer { plug.pullOut() }
        let path = "/sys/bus/usb/devices/\(plug.path):1.0/\(plug.path)-port2/disable"
        try wait("the kernel has no switch for the hub's ports") { access(path, W_OK) == 0 }
        let bench = try await CutBench(
            driver: row.driver, options: ["path": .string(plug.path)], channel: 1, watch: watch)
        try await bench.settled()
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchFailure("the kernel's switch cannot be opened: error \(errno)") }
        defer { close(descriptor) }
        let floor = BareSwitch(name: "one write(2) to the port's disable", watch: floorWatch) { isOn in
            guard pwrite(descriptor, isOn ? "0" : "1", 1, 0) == 1 else {
                throw BenchFailure("the kernel's switch takes nothing: error \(errno)")
            }
        }
        try floor.set(false)
        return try await bench.row(row, turns: turns, floor: floor)
    }
}
