import BenchKit
import Crypto
import Foundation
import LabArtifacts
import LabModel

/// The digest of an image, and reading it back.
struct DigestRows {
    let image: SampleImage
    let folder: String
    let turns: Int

    func run() async throws {
        Bench.progress("digests")
        let file = try HostFile.read(image.path)
        var expected = ""
        let digests = try await Bench.interleaved(
            turns: turns,
            floor: {
                Cost.of {
                    var digest = SHA256()
                    for offset in stride(from: 0, to: image.size, by: 256 * 1024) {
                        let end = min(offset + 256 * 1024, image.size)
                        digest.update(bufferPointer: UnsafeRawBufferPointer(rebasing: image.bytes[offset..<end]))
                    }
                    expected = digest.finalize().map { String(format: "%02x", $0) }.joined()
                }
            },
            ours: {
                try Cost.of {
                    guard try ImageDigests.sha256(of: file, CancellationFlag()) == expected else {
                        throw BenchError("the digests differ")
                    }
                }
            })
        try report(
            "image digest, SHA-256 of a file, \(image.size >> 20) MiB", "bare Crypto SHA256 over the same bytes",
            digests, target: 1.25)
        let reads = try await Bench.interleaved(
            turns: turns,
            floor: { try Cost.of { _ = try ImageForm.read(image.path) } },
            ours: {
                try Cost.of {
                    var total = 0
                    try file.forEachBlock { total += $0.count }
                    guard total == image.size else { throw BenchError("\(total) bytes were read") }
                }
            })
        try report(
            "image read back, \(image.size >> 20) MiB", "read() of the same file", reads, target: 1.15)
    }

    private func report(
        _ what: String, _ floorName: String, _ costs: (floor: [Cost], ours: [Cost]), target: Double
    ) throws {
        let floor = Samples(costs.floor.map(\.processor)).median
        let ours = Samples(costs.ours.map(\.processor)).median
        try Bench.report(
            BenchRow(
                what, floorName: floorName, floor: floor, ours: ours, unit: "CPU-s", target: "at most \(target) x",
                excess: ours / floor / target,
                note: "\(turns) turns; \(Int(Double(image.size) / ours / 1e6)) MB/CPU-s"))
    }
}
