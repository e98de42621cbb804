import BenchKit
import CUSB
import DeviceModels
import Glibc
import LabModel
import Synchronization

/// A USB relay behind the kernel's virtual host controller: the floor makes one libusb call on an open handle.
struct USBBed {
    var name: String
    var driver: String
    var make: @Sendable () -> any USBDeviceModel & SwitchingModel
    /// The first relay on, and off, as a report.
    var on: [UInt8]
    var off: [UInt8]

    static let all: [USBBed] = [
        USBBed(
            name: "dcttech relay", driver: "dcttech", make: { DcttechModel(channels: 2) },
            on: [0xFF, 1, 0, 0, 0, 0, 0, 0],
            off: [0xFD, 1, 0, 0, 0, 0, 0, 0])
    ]

    func row(_ turns: Int) async throws {
        guard let log = BenchLog(path: "/dev/null") else { return }
        let model = make()
        let plug = USBIPPlug(model: model, name: driver, log: log)
        try plug.plugIn()
        defer { plug.pullOut() }
        let bench = try await CutBench(driver: driver, options: [:], channel: 1)
        let moved = Mutex<MonotonicTime?>(nil)
        model.bank.onChange { event in
            bench.note(event)
            moved.withLock { $0 = event.time }
        }
        // The kernel needs a moment to have it.
        var isThere = false
        for _ in 0..<200 where !isThere {
            isThere = (try? await bench.cut()) != nil
            if !isThere { usleep(50_000) }
        }
        var context: OpaquePointer?
        libusb_init(&context)
        defer { libusb_exit(context) }
        let handle = libusb_open_device_with_vid_pid(context, model.identity.vendor, model.identity.product)
        defer { if let handle { libusb_close(handle) } }
        func send(_ report: [UInt8]) -> MonotonicTime {
            var report = report
            moved.withLock { $0 = nil }
            let start = SystemLabClock().monotonic()
            // SET_REPORT, feature report 0, recipient device (HID 1.11, section 7.2.2).
            libusb_control_transfer(handle, 0x20, 0x09, 0x0300, 0, &report, UInt16(report.count), 1000)
            while moved.withLock({ $0 == nil }) { usleep(20) }
            return start
        }
        try await bench.row(name, floorName: "one libusb_control_transfer", turns: turns) {
            _ = send(on)
            let start = send(off)
            return moved.withLock { $0?.duration(since: start).inSeconds ?? 0 } * 1000
        }
    }
}
