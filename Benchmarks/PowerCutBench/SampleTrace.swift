import Foundation
import LabModel
import PowerCut

/// A recording of many writes over a given disk.
enum SampleTrace {
    /// Bytes that a generator makes, the same in every run.
    struct Chance: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    /// Writes `count` times 1 to 32 sectors, half of them where a boot reads, and what is there already: a board boots
    /// from it, and every read has to look through all versions.
    static func rewriting(_ base: BaseImage, image: String, count: Int, in folder: String) throws -> CrashSpace {
        let data = try Data(contentsOf: URL(fileURLWithPath: image), options: .alwaysMapped)
        let path = folder + "/rewriting.trace"
        let writer = try TraceWriter(
            path: path,
            header: TraceHeader(
                baseDigest: base.digest(), baseSize: base.size, recordedAt: WallTime(nanoseconds: 0)))
        var chance = Chance(state: 88_172_645_463_325_252)
        for number in 0..<count {
            let length = Int.random(in: 1...32, using: &chance) * 512
            var offset = Int.random(in: 0..<base.size / 512, using: &chance) * 512
            if number % 2 == 0, let read = RecordedBoot.reads.randomElement(using: &chance) {
                offset = read.offset + Int.random(in: 0..<read.length / 512, using: &chance) * 512
            }
            offset = max(0, min(offset, base.size - length))
            try writer.write(
                offset: offset, [UInt8](data[offset..<offset + length]),
                at: MonotonicTime(nanoseconds: Int64(number) * 1_000_000))
            if number % 40 == 39 { try writer.flush(at: MonotonicTime(nanoseconds: Int64(number) * 1_000_000)) }
        }
        try writer.finish()
        return try CrashSpace(base: base, trace: TraceFile.read(path: path))
    }

    /// Writes `count` times 16 sectors that nobody wrote before or will write again, each of its own kind.
    static func fresh(count: Int, in folder: String) throws -> CrashSpace {
        let image = folder + "/zeros.img"
        try Data().write(to: URL(fileURLWithPath: image))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: image))
        try handle.truncate(atOffset: UInt64(count * 16 * 512 * 2))
        try handle.close()
        let base = try BaseImage(path: image)
        let path = folder + "/fresh.trace"
        let writer = try TraceWriter(
            path: path,
            header: TraceHeader(
                baseDigest: base.digest(), baseSize: base.size, recordedAt: WallTime(nanoseconds: 0)))
        var bytes = [UInt8](repeating: 1, count: 16 * 512)
        for number in 0..<count {
            for place in stride(from: 0, to: bytes.count, by: 512) {
                bytes[place] = UInt8(truncatingIfNeeded: number)
                bytes[place + 1] = UInt8(truncatingIfNeeded: number >> 8)
            }
            try writer.write(
                offset: number * 32 * 512, bytes, at: MonotonicTime(nanoseconds: Int64(number) * 1_000_000))
        }
        try writer.finish()
        return try CrashSpace(base: base, trace: TraceFile.read(path: path))
    }
}
