import BenchKit
import DeviceModels
import LabModel

/// A USB device behind the kernel's virtual host controller, twice: one is the driver's, the other the floor's, which
/// makes one libusb call on an open handle.
struct USBBed: Sendable {
    var make: @Sendable () -> any USBDeviceModel & SwitchingModel
    /// See `USBIPPlug`.
    var refused: Int
    var channel: Int
    /// The interface that the floor claims.
    var interface: Int
    /// What the floor says once.
    var first: BareUSB.Call?
    /// The first contact on, and off.
    var on: BareUSB.Call
    var off: BareUSB.Call
    /// The endpoint of answers that the floor takes away, unmeasured.
    var answer: UInt8?

    func measure(_ row: DeviceRow, _ turns: Int) async throws -> BenchRow {
        let (ours, bare) = (make(), make())
        let (watch, floorWatch) = (ContactWatch(), ContactWatch())
        ours.bank.onChange { watch.note($0) }
        bare.bank.onChange { floorWatch.note($0) }
        let plug = try VirtualPlug(ours, refused: refused)
        defer { plug.pullOut() }
        let floorPlug = try VirtualPlug(bare, refused: refused)
        defer { floorPlug.pullOut() }
        let bench = try await CutBench(
            driver: row.driver, options: ["path": .string(plug.path)], channel: channel, watch: watch)
        try await bench.settled()
        let device = try BareUSB(floorPlug.place, interface: interface)
        if let first { try device.make(first) }
        let floor = BareSwitch(name: off.name, watch: floorWatch) { isOn in
            try device.make(isOn ? on : off)
        } settle: {
            if let answer { device.takeAnswer(answer) }
        }
        return try await bench.row(row, turns: turns, floor: floor)
    }
}
