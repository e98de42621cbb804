import Glibc

extension HostFile {
    /// Hands the parts that hold data to `body`, block by block, each with its place; holes are passed over.
    func forEachDataBlock(
        size: Int = 256 * 1024, cancellation: CancellationFlag? = nil,
        _ body: (UnsafeRawBufferPointer, _ offset: Int64) throws -> Void
    ) throws {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)
        defer { block.deallocate() }
        var position: Int64 = 0
        while let data = try nextData(from: position) {
            position = data.lowerBound
            while position < data.upperBound {
                try cancellation?.check()
                let wanted = Int(min(Int64(size), data.upperBound - position))
                let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: block[..<wanted]), at: position)
                // The file became shorter meanwhile.
                if count == 0 { return }
                try body(UnsafeRawBufferPointer(rebasing: block[..<count]), position)
                position += Int64(count)
            }
        }
    }

    /// Copies all to `target`, which is empty; holes and zero blocks become holes.
    func copyData(to target: HostFile, _ cancellation: CancellationFlag) throws {
        let size = try size()
        var writer = SparseWriter(target)
        try forEachDataBlock(cancellation: cancellation) { bytes, offset in
            writer.skip(offset - writer.position)
            try writer.write(bytes)
        }
        writer.skip(size - writer.position)
        try writer.finish()
    }

    /// Hands the bytes of `range` to `body`, block by block; less when the file ends before.
    func forEachBlock(in range: Range<Int64>, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 4096)
        defer { block.deallocate() }
        var position = range.lowerBound
        while position < range.upperBound {
            let wanted = Int(min(Int64(block.count), range.upperBound - position))
            let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: block[..<wanted]), at: position)
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: block[..<count]))
            position += Int64(count)
        }
    }

    // lseek(2). The C library has the names only for GNU sources.
    private static let seekData: Int32 = 3
    private static let seekHole: Int32 = 4

    /// The next part that holds data; nil when only a hole is left.
    private func nextData(from position: Int64) throws -> Range<Int64>? {
        let start = lseek(descriptor, off_t(position), Self.seekData)
        guard start >= 0 else {
            if errno == ENXIO { return nil }
            throw HostError("seek", path)
        }
        let end = lseek(descriptor, start, Self.seekHole)
        guard end > start else { throw HostError("seek", path) }
        return Int64(start)..<Int64(end)
    }

    /// Waits until what was written is on the disk.
    func synchronize() throws {
        guard fdatasync(descriptor) == 0 else { throw HostError("synchronize", path) }
    }
}
