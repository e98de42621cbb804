import BenchKit
import DeviceDrivers
import DeviceModels
import Glibc
import LabModel
import LabSimulation
import Logging
import Synchronization

/// Cuts of a board behind one device of the lab, through everything that labd puts before the device.
final class CutBench: Sendable {
    /// When a contact moved last, by the device's side.
    private let moved = Mutex<MonotonicTime?>(nil)
    private let board: any ClosableBoard

    init(driver: String, options: [String: DataValue], channel: Int) async throws {
        let clock = SystemLabClock()
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        let links = try HostLinks(
            keeperSocket: "/nonexistent/keeper", memory: KeeperFiles(folder: "/nonexistent/memory"))
        let devices = try DeviceBook(
            [DeviceDefinition(name: "device", driver: driver, options: options)], links: links, clock: clock,
            wear: NoWear(), logger: logger)
        let factory = RealBoardFactory(
            devices: devices, consoles: NoConsoles(clock: clock), runtimeFolder: "/nonexistent",
            stagger: PowerOnStagger(gap: .zero, clock: clock), clock: clock)
        board = try await factory.make(
            BoardDefinition(
                name: BoardName(rawValue: "board"), type: DeviceTypeName(rawValue: "board"), driver: "lab",
                options: ["power": ["device": "device", "channel": .integer(Int64(channel))]]))
    }

    /// To be called by the model when a contact moves.
    func note(_ event: ContactEvent) { moved.withLock { $0 = event.time } }

    /// Milliseconds from the command of a cut to the contact.
    func cut() async throws -> Double {
        try await board.power.set(.on)
        let cut = try await board.power.prepareCut()
        // Some devices want time between two commands; a board that was just switched on is not cut at once.
        usleep(60_000)
        moved.withLock { $0 = nil }
        let fired = cut.fire()
        try await cut.confirm()
        // A device that reads nothing back has not said when it obeyed.
        while moved.withLock({ $0 == nil }) { await Task.yield() }
        return moved.withLock { $0?.duration(since: fired).inSeconds ?? 0 } * 1000
    }

    /// One row of cuts beside bare calls.
    func row(_ name: String, floorName: String, turns: Int, floor: () throws -> Double) async throws {
        Bench.progress(name)
        let (floors, ours) = try await Bench.interleaved(turns: turns, floor: floor) { try await cut() }
        let (bare, all) = (Samples(floors), Samples(ours))
        func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
        try Bench.report(
            BenchRow(
                "command to contact: \(name)", floorName: floorName, floor: bare.median, ours: all.median, unit: "ms",
                note: "\(turns) cuts; p99 \(rounded(all.quantile(0.99))) ms, most \(rounded(all.most)) ms; "
                    + "floor p99 \(rounded(bare.quantile(0.99))) ms"))
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
