import Glibc

/// Writes a stream to a file and leaves holes where blocks are all zero.
struct SparseWriter {
    /// Blocks of file systems; a hole needs at least one whole zero block of this size.
    static let blockSize = 4096

    private let file: HostFile
    private(set) var position: Int64 = 0

    /// `file` must be empty: a hole reads as zero only where nothing was.
    init(_ file: HostFile) {
        self.file = file
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
        var runStart = 0
        var offset = 0
        while offset < bytes.count {
            let toBoundary = Self.blockSize - Int((position + Int64(offset)) % Int64(Self.blockSize))
            let end = min(offset + toBoundary, bytes.count)
            if Self.isZero(UnsafeRawBufferPointer(rebasing: bytes[offset..<end])) {
                try flush(bytes, runStart..<offset)
                runStart = end
            }
            offset = end
        }
        try flush(bytes, runStart..<bytes.count)
        position += Int64(bytes.count)
    }

    /// Counts `count` zero bytes without writing any.
    mutating func skip(_ count: Int64) {
        position += count
    }

    /// Gives the file its length, also where it ends in a hole.
    func finish() throws {
        try file.truncate(to: position)
    }

    private func flush(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws {
        if range.isEmpty { return }
        try file.write(UnsafeRawBufferPointer(rebasing: bytes[range]), at: position + Int64(range.lowerBound))
    }

    // Comparing the block with itself one byte further is one call of the C library's fastest loop.
    private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return true }
        return bytes[0] == 0 && memcmp(base, base + 1, bytes.count - 1) == 0
    }
}
