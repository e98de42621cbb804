import BenchKit
import Foundation
import SerialConsole

/// What an endless stream leaves in memory.
func consoleMemoryRows() async throws {
    let bed = try ConsoleBed()
    defer { bed.remove() }
    let lines = BootLog.make(count: 4 << 20)
    try await consoleMemoryRow("endless lines", lines, in: bed)
    try await consoleMemoryRow("no line ends", [UInt8](repeating: UInt8(ascii: "."), count: 4 << 20), in: bed)
}

private func consoleMemoryRow(_ name: String, _ stream: [UInt8], in bed: ConsoleBed) async throws {
    Bench.progress("memory of a console, \(name)")
    let count = 32
    // What the program needs once, whoever asks first.
    try await fedConsoles(2, stream, rounds: 1, in: bed) {}
    let (allocated, resident) = (allocatedBytes(), residentBytes())
    let share = { (bytes: Int) in Double(bytes) / Double(count) / 1024 }
    var samples: [Double] = []
    var most = 0
    try await fedConsoles(count, stream, rounds: 4, in: bed) {
        samples.append(share(allocatedBytes() - allocated))
        most = max(most, residentBytes() - resident)
    }
    let growth = Samples(samples)
    try Bench.report(
        BenchRow(
            "memory of a console, \(name)", ours: growth.most, unit: "KiB", target: "at most 256",
            excess: growth.most / 256,
            note: "allocated and not freed, a console: \(count) consoles at once, each fed \(stream.count >> 20) MiB "
                + "in chunks of 4096 four times; \(samples.map { String(Int($0)) }.joined(separator: ", ")) KiB after "
                + "each; the resident set grew by at most \(Int(share(most))) KiB a console, the allocator's reserve "
                + "and earlier rows' included"))
}

private func fedConsoles(
    _ count: Int, _ stream: [UInt8], rounds: Int, in bed: ConsoleBed, afterRound: () -> Void
) async throws {
    var consoles: [WatchedConsole] = []
    for number in 0..<count { consoles.append(try await bed.open("memory\(number)")) }
    for _ in 0..<rounds {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for watched in consoles {
                group.addTask { try await watched.console.feed(stream, chunk: 4096) }
            }
            try await group.waitForAll()
        }
        afterRound()
    }
    for watched in consoles { try await watched.close(expecting: rounds * stream.count) }
}
