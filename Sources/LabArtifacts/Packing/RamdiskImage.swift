import Glibc
import LabModel

/// A ramdisk file as the kernel reads it: cpio archives one after another, each plain or compressed
/// (Linux, init/initramfs.c), perhaps under U-Boot's legacy header.
struct RamdiskImage {
    let file: HostFile
    /// The part after U-Boot's header.
    let payload: Range<Int64>
    let form: RamdiskForm

    /// - Throws: `job` when the file is no ramdisk.
    init(_ path: String) throws {
        file = try HostFile.read(path)
        let size = try file.size()
        if let header = UBootImage.Header(try file.bytes(at: 0, count: UBootImage.headerSize)) {
            guard header.isSound(fileSize: size) else {
                throw Failure(.job, "\(path) has a broken U-Boot header")
            }
            payload = Int64(UBootImage.headerSize)..<Int64(UBootImage.headerSize) + Int64(header.size)
        } else {
            payload = 0..<size
        }
        var start = try file.bytes(at: payload.lowerBound, count: 4096)
        start = Array(start.drop { $0 == 0 })
        guard let form = RamdiskForm(start) else {
            throw Failure(
                .job, "\(path) is not a ramdisk: neither a cpio archive nor compressed in a way the kernel takes",
                advice: "build it with `cpio -o -H newc`, or set `install_overlay: false`")
        }
        self.form = form
    }

    /// The names it holds, as far as they can be read.
    ///
    /// - Throws: `job` when it is cut, damaged, or beyond the limits.
    func tree(_ limits: UnpackLimits, _ cancellation: CancellationFlag) throws -> RamdiskTree {
        do {
            return RamdiskTree(try nodes(limits, cancellation))
        } catch var failure as Failure where failure.type == .job {
            failure.message = "the ramdisk \(file.path) \(failure.message)"
            throw failure
        }
    }

    private func nodes(
        _ limits: UnpackLimits, _ cancellation: CancellationFlag
    ) throws -> [[String]: NewcScanner.Kind] {
        var nodes: [[String]: NewcScanner.Kind] = [:]
        var offset = payload.lowerBound
        // More parts than any honest ramdisk has.
        for _ in 0..<64 where offset < payload.upperBound {
            var scanner = NewcScanner()
            try scanPlain(&scanner, from: offset, cancellation)
            try scanner.finish()
            nodes.merge(scanner.entries) { $1 }
            offset += scanner.consumed
            guard scanner.hasStopped, let form = RamdiskForm(try file.bytes(at: offset, count: 8)),
                let filter = form.filter
            else { break }
            let stream = CompressedStream(file, filter: filter, name: "ramdisk")
            do {
                offset += try scan(stream, offset..<payload.upperBound, &nodes, limits, cancellation)
            } catch let failure as Failure {
                // Some filters stumble over what follows their data instead of stopping before it.
                guard let next = try nextArchive(after: offset, cancellation) else { throw failure }
                try scanBefore(next, stream, from: offset, &nodes, limits, cancellation)
                offset = next
            }
        }
        return nodes
    }

    /// Reads a compressed part that ends just before `next`, or up to three bytes of padding earlier: a last byte that
    /// is zero may belong to either.
    private func scanBefore(
        _ next: Int64, _ stream: CompressedStream, from offset: Int64, _ nodes: inout [[String]: NewcScanner.Kind],
        _ limits: UnpackLimits, _ cancellation: CancellationFlag
    ) throws {
        var end = next
        while true {
            do {
                _ = try scan(stream, offset..<end, &nodes, limits, cancellation)
                return
            } catch let failure as Failure {
                end -= 1
                guard next - end <= 3, end > offset, try file.bytes(at: end, count: 1) == [0] else { throw failure }
            }
        }
    }

    /// - Returns: the bytes of the file that the compressed part took.
    private func scan(
        _ stream: CompressedStream, _ range: Range<Int64>, _ nodes: inout [[String]: NewcScanner.Kind],
        _ limits: UnpackLimits, _ cancellation: CancellationFlag
    ) throws -> Int64 {
        var scanner = NewcScanner()
        var budget = UnpackBudget(limits, packedBytes: range.upperBound - range.lowerBound)
        let consumed = try stream.read(range) { bytes in
            try cancellation.check()
            try budget.take(bytes.count)
            scanner.feed(bytes)
        }
        try scanner.finish()
        nodes.merge(scanner.entries) { $1 }
        return consumed
    }

    /// Where the next plain archive begins: at a multiple of 4, by its magic number.
    private func nextArchive(after offset: Int64, _ cancellation: CancellationFlag) throws -> Int64? {
        let magic = Array("07070".utf8)
        // Overlapping reads, so that no magic number is cut in two.
        let step: Int64 = 256 * 1024
        var start = payload.lowerBound + (offset - payload.lowerBound + 3) / 4 * 4
        while start < payload.upperBound {
            try cancellation.check()
            let block = try file.bytes(at: start, count: Int(step) + magic.count)
            for index in stride(from: 0, to: block.count - magic.count + 1, by: 4)
            where block[index] == magic[0] && block[index..<index + magic.count].elementsEqual(magic) {
                return start + Int64(index)
            }
            start += step
        }
        return nil
    }

    private struct Stopped: Error {}

    private func scanPlain(_ scanner: inout NewcScanner, from offset: Int64, _ cancellation: CancellationFlag) throws {
        do {
            try file.forEachBlock(from: offset, cancellation: cancellation) { bytes in
                scanner.feed(bytes)
                if scanner.hasStopped { throw Stopped() }
            }
        } catch is Stopped {
            // What follows is compressed.
        }
    }
}
