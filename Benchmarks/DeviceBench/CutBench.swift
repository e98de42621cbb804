import BenchKit
import DeviceDrivers
import DeviceModels
import Glibc
import LabModel
import LabSimulation
import Logging

/// Cuts of a board behind one device of the lab, through everything that labd puts before the device.
final class CutBench: Sendable {
    private let board: any ClosableBoard
    private let watch: ContactWatch
    /// Microseconds between two commands.
    private let pause: UInt32

    /// - Parameter watch: is told by the model when the contact moves that the channel stands for.
    init(
        driver: String, options: [String: DataValue], channel: Int, watch: ContactWatch, links: HostLinks? = nil
    ) async throws {
        let clock = SystemLabClock()
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        let devices = try DeviceBook(
            [DeviceDefinition(name: "device", driver: driver, options: options)],
            links: try links ?? Self.hostLinks(), clock: clock, wear: NoWear(), logger: logger)
        let factory = RealBoardFactory(
            devices: devices, consoles: NoConsoles(clock: clock), runtimeFolder: "/nonexistent",
            stagger: PowerOnStagger(gap: .zero, clock: clock), clock: clock)
        board = try await factory.make(
            BoardDefinition(
                name: BoardName(rawValue: "board"), type: DeviceTypeName(rawValue: "board"), driver: "lab",
                options: ["power": ["device": "device", "channel": .integer(Int64(channel))]]))
        self.watch = watch
        let interval = DriverRegistry.kind(named: driver)?.facts.minimumInterval ?? .zero
        pause = 5000 + UInt32(clamping: interval.nanoseconds / 1000)
    }

    /// Connections to this machine, with a keeper of its own.
    static func hostLinks() throws -> HostLinks {
        let place = "/tmp/labd-device-bench-\(getpid())-keeper"
        return try HostLinks(keeperSocket: place, memory: KeeperFiles(folder: place + "-memory"))
    }

    /// Cuts until the first one succeeds: the kernel needs a moment to have a device that was just plugged in.
    func settled() async throws {
        var failure: (any Error)?
        for _ in 0..<100 {
            do {
                _ = try await cut()
                return
            } catch {
                failure = error
                usleep(100_000)
            }
        }
        throw failure ?? BenchFailure("no cut was made")
    }

    /// Milliseconds from the command of a cut to the contact.
    func cut() async throws -> Double {
        try await board.power.set(.on)
        _ = try watch.time(of: true)
        let cut = try await board.power.prepareCut()
        // Some devices want time between two commands, and would be waited for.
        usleep(pause)
        watch.clear()
        let fired = cut.fire()
        try await cut.confirm()
        // A device that reads nothing back has not said when it obeyed.
        return try watch.time(of: false).duration(since: fired).inSeconds * 1000
    }

    /// Cuts beside bare calls.
    func row(_ row: DeviceRow, turns: Int, floor: BareSwitch) async throws -> BenchRow {
        let (floors, ours) = try await Bench.interleaved(turns: turns) {
            try floor.cut()
        } ours: {
            try await cut()
        }
        let (bare, all) = (Samples(floors), Samples(ours))
        var result = BenchRow(
            row.what, floorName: floor.name, floor: bare.median, ours: all.median, unit: "ms",
            note: "\(turns) cuts; most \(rounded(all.most)) ms")
        result.tail = all.quantile(0.99)
        result.floorTail = bare.quantile(0.99)
        return result
    }

    private struct NoWear: SwitchWear {
        func note(device: String, channel: Int) {}
        func count(device: String, channel: Int) -> Int { 0 }
    }

    private struct NoConsoles: ConsoleOpening {
        let clock: any LabClock

        func openListening(board: BoardName, name: String, path: String) async throws(Failure) -> OpenedConsole {
            OpenedConsole(console: SilentConsole(clock: clock), close: {})
        }

        func openTerminal(board: BoardName, name: String, path: String) async throws(Failure) -> OpenedConsole {
            OpenedConsole(console: SilentConsole(clock: clock), close: {})
        }
    }
}
