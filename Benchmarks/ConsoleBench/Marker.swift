import BenchKit
import Foundation
import LabModel
import SerialConsole
import Synchronization

/// From the last byte of a marker to the action that cuts the power.
func markerRow() async throws {
    Bench.progress("byte on the console to action")
    let bed = try ConsoleBed()
    defer { bed.remove() }
    let terminal = try Terminal()
    let watched = try await bed.open("marker")
    try await watched.console.attach(.tty(terminal.path, baud: 0))
    let other = try Terminal()
    let echo = try EchoThread(descriptor: other.openSlave())
    let noise = BootLog.make(count: 512)
    var sent = 0
    let (floors, ours) = try await Bench.interleaved(turns: 2000) {
        let begun = nanoseconds()
        other.say([0x78])
        return Double(await echo.arrival() - begun) / 1e6
    } ours: {
        let text = Array("copying block \(sent)\r\n".utf8)
        terminal.say(noise)
        let start = ConsoleOffset(rawValue: UInt64(sent == 0 ? 0 : await watched.console.end().rawValue))
        let fired = Arrivals()
        let trigger = ConsoleTrigger(pattern: ConsolePattern("copying block \(sent)\r?$"))
        let armed = try await watched.console.arm(trigger, from: start) { _ in fired.came(nanoseconds()) }
        let begun = nanoseconds()
        terminal.say(text)
        let delay = Double(await fired.next() - begun) / 1e6
        await armed.disarm()
        sent += 1
        return delay
    }
    echo.end()
    watched.prompt.cancel()
    for watch in watched.watches { await watch.disarm() }
    await watched.console.close()
    let (floor, delay) = (Samples(floors), Samples(ours))
    try Bench.report(
        BenchRow(
            "byte on the console to action", floorName: "a byte through a pty to a blocked thread", floor: floor.median,
            ours: delay.median, unit: "ms", target: "p50 <= 2, p99 <= 10",
            excess: max(delay.median / 2, delay.quantile(0.99) / 10),
            note: "\(ours.count) markers among other output; p99 \(milliseconds(delay.quantile(0.99))) ms, "
                + "most \(milliseconds(delay.most)) ms; floor p99 \(milliseconds(floor.quantile(0.99))) ms"))
}

func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

func milliseconds(_ value: Double) -> String { String(format: "%.3f", value) }
