import BenchKit
import CGPIO
import DeviceDrivers
import DeviceModels
import Glibc
import LabModel

/// Two lines of an MCP2221's gpiochip: the floor holds its line itself and sets it through libgpiod, without a keeper.
enum GPIOBed {
    static func measure(_ row: DeviceRow, _ turns: Int) async throws -> BenchRow {
        let chip = MCP2221Model()
        let (watch, floorWatch) = (ContactWatch(1), ContactWatch(2))
        chip.bank.onChange { event in
            watch.note(event)
            floorWatch.note(event)
        }
        // Its driver asks six things while it is being bound, and waits 4 s for each answer that it cannot hear.
        let plug = try VirtualPlug(chip, refused: 6)
        defer { plug.pullOut() }
        var path = ""
        try wait("the kernel makes no gpiochip of the device") {
            path = GPIOChips().chips().first { $0.label == "mcp2221_gpio" }?.path ?? ""
            return !path.isEmpty
        }
        let links = try CutBench.hostLinks()
        defer { links.endKeeper() }
        let bench = try await CutBench(
            driver: row.driver, options: ["chip": .string(path), "lines": ["1"]], channel: 0, watch: watch,
            links: links)
        try await bench.settled()
        var request: OpaquePointer?
        let error = cgpio_take(path, "bench", [2], [0], 1, CGPIO_PUSH_PULL, CGPIO_BIAS_AS_IS, &request)
        guard error == 0, let request else { throw BenchFailure("the floor's line cannot be taken: error \(-error)") }
        defer { cgpio_release(request) }
        let floor = BareSwitch(name: "one call to libgpiod, the line held by the program itself", watch: floorWatch) {
            let error = cgpio_set(request, [$0 ? 1 : 0])
            if error != 0 { throw BenchFailure("the floor's line cannot be set: error \(-error)") }
        }
        return try await bench.row(row, turns: turns, floor: floor)
    }
}
