import BenchKit
import Foundation
import LabModel
import NIOCore
import NIOPosix
import PowerCut

/// The disk of a crash state beside `nbdkit file` with the same bytes, read by the same client turn by turn.
struct ReplayRows {
    let turns: Int

    private static let writes = 10_000
    /// Reads of one turn: a boot's, often enough to be measured.
    private static let boots = 12
    private static let piece = 4 << 20

    func report() async throws {
        Bench.progress("reading through a view of \(Self.writes) writes")
        let folder = try TemporaryFolder()
        let image = folder.path + "/disk.img"
        try Self.makeImage(image)
        let space = try SampleTrace.rewriting(
            try BaseImage(path: image), image: image, count: Self.writes, in: folder.path)
        let state = try CrashState(.prefix(Self.writes), in: space)

        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let shelf = DiskShelf()
        let server = try await NBDServer.listen(at: folder.path + "/labd.sock", serving: shelf, on: group)
        let nbdkit = try Child("nbdkit", ["-f", "-U", folder.path + "/nbdkit.sock", "-r", "file", image])
        defer { nbdkit.end() }
        let floor = try Self.reader(folder.path + "/nbdkit.sock", "")
        shelf.put(CrashDisk(state, clock: SystemLabClock()), as: "state")
        let ours = try Self.reader(server.path, "state")
        try Self.compare(floor, ours)
        try boot(floor, ours)
        try sequence(floor, ours)
        await server.close()
        try await group.shutdownGracefully()
    }

    private func boot(_ floor: NBDReader, _ ours: NBDReader) throws {
        func replay(_ reader: NBDReader) throws -> Double {
            let cost = try Cost.of {
                for _ in 0..<Self.boots { for read in RecordedBoot.reads { try reader.read(read.offset, read.length) } }
            }
            return Double(Self.boots * RecordedBoot.reads.reduce(0) { $0 + $1.length }) / cost.wall / 1e6
        }
        try row(
            "a boot's reads through a view of 10,000 writes", least: 0.6, floor, ours, replay,
            note: "\(RecordedBoot.reads.count) requests of a recorded boot, one at a time, \(Self.boots) times a turn")
    }

    private func sequence(_ floor: NBDReader, _ ours: NBDReader) throws {
        func read(_ reader: NBDReader) throws -> Double {
            let pieces = RecordedBoot.diskSize / Self.piece
            let cost = try Cost.of { for place in 0..<pieces { try reader.read(place * Self.piece, Self.piece) } }
            return Double(pieces * Self.piece) / cost.wall / 1e6
        }
        try row(
            "large sequential reads through the same view", least: 0.3, floor, ours, read,
            note: "the whole disk in pieces of 4 MiB")
    }

    private func row(
        _ what: String, least: Double, _ floor: NBDReader, _ ours: NBDReader, _ measure: (NBDReader) throws -> Double,
        note: String
    ) throws {
        _ = try (measure(floor), measure(ours))
        var (floors, all): ([Double], [Double]) = ([], [])
        for _ in 0..<turns {
            floors.append(try measure(floor))
            all.append(try measure(ours))
        }
        let (base, own) = (Samples(floors), Samples(all))
        try Bench.report(
            BenchRow(
                what, floorName: "nbdkit file, the same bytes", floor: base.median, ours: own.median, unit: "MB/s",
                target: "at least \(Int(least * 100)) %", excess: least / (own.median / base.median),
                note: "\(note); median of \(turns) turns; from \(rounded(own.least)) to \(rounded(own.most)), floor from "
                    + "\(rounded(base.least)) to \(rounded(base.most)) MB/s"))
    }

    private static func makeImage(_ path: String) throws {
        var bytes = [UInt8](repeating: 0, count: RecordedBoot.diskSize)
        var chance = SampleTrace.Chance(state: 1_234_567_891_011)
        bytes.withUnsafeMutableBytes { bytes in
            for place in stride(from: 0, to: bytes.count, by: 8) {
                bytes.storeBytes(of: chance.next(), toByteOffset: place, as: UInt64.self)
            }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    /// nbdkit needs a moment to listen.
    private static func reader(_ path: String, _ name: String) throws -> NBDReader {
        for _ in 0..<100 {
            if let reader = try? NBDReader(path: path, name: name) { return reader }
            usleep(50_000)
        }
        throw BenchError("nothing listens at \(path); is nbdkit installed?")
    }

    /// Both have to say the same.
    private static func compare(_ floor: NBDReader, _ ours: NBDReader) throws {
        for read in RecordedBoot.reads {
            try floor.read(read.offset, read.length)
            try ours.read(read.offset, read.length)
            guard floor.sum(read.length) == ours.sum(read.length) else {
                throw BenchError("the view shows other bytes at \(read.offset)")
            }
        }
    }
}
