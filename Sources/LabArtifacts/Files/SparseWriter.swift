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
        guard let base = bytes.baseAddress else { return }
        let count = bytes.count
        var runStart = 0
        var offset = 0
        // Up to the first boundary, then block by block: neighbours with data leave in one call.
        var end = min(Self.blockSize - Int(position & Int64(Self.blockSize - 1)), count)
        while offset < count {
            if Self.isZero(base + offset, end - offset) {
                try flush(bytes, runStart..<offset)
                runStart = end
            }
            offset = end
            end = min(end + Self.blockSize, count)
        }
        try flush(bytes, runStart..<count)
        position += Int64(count)
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

    // Most data shows itself in its first byte. Comparing the rest with itself one byte further is one call of the
    // C library's fastest loop.
    @inline(__always)
    private static func isZero(_ base: UnsafeRawPointer, _ count: Int) -> Bool {
        base.load(as: UInt8.self) == 0 && memcmp(base, base + 1, count - 1) == 0
    }
}
