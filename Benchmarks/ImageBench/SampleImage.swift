import BenchKit
import Foundation
import Glibc

/// A disk image as a lab meets them: 30 % of its extents of 4 MiB hold data, the rest nothing. The same on every run
/// of one machine: the data are the libraries of the system.
final class SampleImage {
    private static let extent = 4 << 20
    private static let block = 4096

    /// Parts that are not zero, in whole blocks.
    struct Run {
        var offset: Int
        var count: Int
    }

    let path: String
    let size: Int
    /// All of it, mapped and in memory.
    let bytes: UnsafeRawBufferPointer
    let runs: [Run]

    /// Of all blocks that are not zero.
    var mappedBytes: Int { runs.reduce(0) { $0 + $1.count } }

    init(mebibytes: Int, at path: String) throws {
        Bench.progress("making an image of \(mebibytes) MiB, 30 % of it data")
        self.path = path
        size = mebibytes << 20
        try Self.write(size, to: path)
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0), base != MAP_FAILED
        else {
            throw BenchError("cannot map \(path)")
        }
        bytes = UnsafeRawBufferPointer(start: base, count: size)
        runs = Self.runs(in: bytes)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        guard other.count == bytes.count, let one = bytes.baseAddress, let two = other.baseAddress else { return false }
        return memcmp(one, two, bytes.count) == 0
    }

    private static func write(_ size: Int, to path: String) throws {
        var source = try LibraryBytes()
        let zeros = [UInt8](repeating: 0, count: extent)
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw BenchError("cannot create \(path)") }
        for index in 0..<size / extent {
            // Every tenth, and two more of ten, spread unevenly.
            let holdsData = [0, 3, 4].contains(index % 10)
            try file.write(contentsOf: holdsData ? source.next(extent) : Data(zeros))
        }
        try file.synchronize()
        try file.close()
    }

    private static func runs(in bytes: UnsafeRawBufferPointer) -> [Run] {
        var runs: [Run] = []
        for offset in stride(from: 0, to: bytes.count, by: block) {
            let isZero = bytes[offset..<offset + block].allSatisfy { $0 == 0 }
            if isZero { continue }
            if let last = runs.last, last.offset + last.count == offset {
                runs[runs.count - 1].count += block
            } else {
                runs.append(Run(offset: offset, count: block))
            }
        }
        return runs
    }
}

/// The bytes of the system's shared libraries, one after another, from the start again at the end.
private struct LibraryBytes {
    private var files: [String]
    private var index = 0
    private var rest = Data()

    init() throws {
        let folder = "/usr/lib/x86_64-linux-gnu"
        let folders =
            FileManager.default.fileExists(atPath: folder) ? [folder] : ["/usr/lib/aarch64-linux-gnu", "/usr/lib"]
        files = folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.contains(".so") }
                .map { folder + "/" + $0 }
        }.sorted()
        guard !files.isEmpty else { throw BenchError("there are no shared libraries to fill the image with") }
    }

    mutating func next(_ count: Int) -> Data {
        var result = Data()
        while result.count < count {
            if rest.isEmpty {
                rest = FileManager.default.contents(atPath: files[index % files.count]) ?? Data([1])
                index += 1
            }
            let piece = rest.prefix(count - result.count)
            result.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return result
    }
}

struct BenchError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
