import BenchKit
import Foundation
import SerialConsole

/// The console's path from memory: match, split, stamp, append.
func bulkRow() async throws {
    try await memoryPathRow("bulk", chunk: 65_536, size: 32 << 20, target: 200)
}

/// The same in the pieces that a slow line comes in.
func smallChunksRow() async throws {
    try await memoryPathRow("64-byte chunks", chunk: 64, size: 8 << 20, target: 50)
}

private func memoryPathRow(_ name: String, chunk: Int, size: Int, target: Double) async throws {
    let bed = try ConsoleBed()
    defer { bed.remove() }
    Bench.progress("console path from memory, \(name)")
    let log = BootLog.make(count: size)
    let megabytes = Double(log.count) / 1e6
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: log.count, alignment: 64)
    defer { copy.deallocate() }
    var lines = 0
    let (floors, ours) = try await Bench.interleaved(turns: Bench.turns(standard: 7)) {
        Cost.of {
            log.withUnsafeBytes { log in
                guard let target = copy.baseAddress, let source = log.baseAddress else { return }
                for place in stride(from: 0, to: log.count, by: chunk) {
                    memcpy(target + place, source + place, min(chunk, log.count - place))
                }
            }
        }
    } ours: {
        let watched = try await bed.open("memory")
        let cost = try await Cost.of { try await watched.console.feed(log, chunk: chunk) }
        lines = watched.lines.value
        try await watched.close(expecting: log.count)
        return cost
    }
    let floor = Samples(floors.map { megabytes / $0.processor })
    let path = Samples(ours.map { megabytes / $0.processor })
    try Bench.report(
        BenchRow(
            "console path from memory, \(name)", floorName: "copying the same bytes in the same chunks",
            floor: floor.median, ours: path.median, unit: "MB/CPU-s", target: "at least \(Int(target))",
            excess: target / path.median,
            note: "\(ConsoleBed.patternCount) patterns in two searches, a follower of lines, transcript with index; "
                + "\(Int(megabytes)) MB, \(lines) lines, chunks of \(chunk); all threads; "
                + "ours \(Int(path.least))…\(Int(path.most)) in \(ours.count) turns"))
}
