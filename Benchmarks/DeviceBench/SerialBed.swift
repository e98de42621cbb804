import BenchKit
import DeviceModels
import Glibc
import LabModel
import Synchronization

/// A serial relay on a pseudo-terminal: the floor writes the same bytes with one call.
struct SerialBed {
    var name: String
    var driver: String
    var make: @Sendable () -> any SerialModel
    /// The first relay on, and off, as the device wants it.
    var on: [UInt8]
    var off: [UInt8]
    var channel = 1

    static let all: [SerialBed] = [
        SerialBed(
            name: "LCUS relay", driver: "lcus", make: { LCUSModel() }, on: [0xA0, 1, 1, 0xA2], off: [0xA0, 1, 0, 0xA1]),
        SerialBed(
            name: "Numato relay", driver: "numato", make: { NumatoModel() }, on: Array("relay on 0\r".utf8),
            off: Array("relay off 0\r".utf8), channel: 0),
        SerialBed(name: "Devantech relay", driver: "devantech", make: { DevantechModel() }, on: [0x65], off: [0x6F]),
    ]

    func row(_ turns: Int) async throws {
        let path = "/tmp/labd-device-bench-\(getpid())-\(driver)"
        let model = make()
        let port = try SerialModelPort(model, at: path)
        defer { port.unplug() }
        let bench = try await CutBench(driver: driver, options: ["port": .string(path)], channel: channel)
        // A model of its own for the floor: two programs at one port would be in each other's way.
        let bare = make()
        let barePort = try SerialModelPort(bare, at: path + "-floor")
        defer { barePort.unplug() }
        let moved = Mutex<MonotonicTime?>(nil)
        model.bank.onChange { bench.note($0) }
        bare.bank.onChange { event in moved.withLock { $0 = event.time } }
        let descriptor = open(path + "-floor", O_RDWR | O_NOCTTY)
        defer { close(descriptor) }
        var settings = termios()
        tcgetattr(descriptor, &settings)
        cfmakeraw(&settings)
        tcsetattr(descriptor, TCSANOW, &settings)
        func send(_ bytes: [UInt8]) -> MonotonicTime {
            moved.withLock { $0 = nil }
            let start = SystemLabClock().monotonic()
            _ = write(descriptor, bytes, bytes.count)
            while moved.withLock({ $0 == nil }) { usleep(20) }
            tcflush(descriptor, TCIFLUSH)
            return start
        }
        try await bench.row(name, floorName: "one write(2) of the same bytes", turns: turns) {
            _ = send(on)
            let start = send(off)
            return moved.withLock { $0?.duration(since: start).inSeconds ?? 0 } * 1000
        }
    }
}
