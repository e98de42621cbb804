import Glibc
import LabModel

/// The last bytes of a console, in one piece, addressed by their place in the whole output.
struct ConsoleHistory {
    /// How many bytes are kept at least, once there are so many.
    static let kept = 256 * 1024
    /// How much more is taken before the oldest are dropped, so that dropping is rare.
    private static let slack = 64 * 1024
    /// How many times of reading are remembered at most.
    private static let timesKept = 4096

    /// The offset of the oldest byte at hand.
    private(set) var base: UInt64
    private var bytes: [UInt8]
    /// When the bytes up to an offset had been read.
    private var times: [(end: UInt64, at: MonotonicTime)] = []

    init(base: UInt64 = 0, bytes: [UInt8] = []) {
        self.base = base
        self.bytes = bytes
    }

    /// The number of bytes read so far.
    var end: UInt64 { base + UInt64(bytes.count) }

    mutating func append(_ chunk: UnsafeRawBufferPointer, at time: MonotonicTime) {
        bytes.append(contentsOf: chunk)
        if bytes.count > Self.kept + Self.slack {
            let excess = bytes.count - Self.kept
            bytes.removeFirst(excess)
            base += UInt64(excess)
        }
        if times.count >= Self.timesKept { times.removeFirst(Self.timesKept / 2) }
        times.append((end, time))
    }

    subscript(offset: UInt64) -> UInt8 { bytes[Int(offset - base)] }

    /// The bytes of `range`, which lies in what is at hand.
    subscript(range: Range<UInt64>) -> ArraySlice<UInt8> {
        bytes[Int(range.lowerBound - base)..<Int(range.upperBound - base)]
    }

    func withBytes<Result>(of range: Range<UInt64>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { whole in
            body(UnsafeRawBufferPointer(rebasing: whole[Int(range.lowerBound - base)..<Int(range.upperBound - base)]))
        }
    }

    /// The first place of `byte` in `range`.
    func firstIndex(of byte: UInt8, in range: Range<UInt64>) -> UInt64? {
        withBytes(of: range) { $0.place(of: byte) }.map { range.lowerBound + UInt64($0) }
    }

    /// The beginning of the line that the byte before `end` belongs to, at most `limit` bytes back.
    func lineStart(before end: UInt64, limit: Int) -> UInt64 {
        let oldest = max(base, end - min(end, UInt64(limit)))
        guard end > oldest + 1 else { return oldest }
        return withBytes(of: oldest..<(end - 1)) { bytes in
            var start = bytes.count
            while start > 0, bytes[start - 1] != lineFeed { start -= 1 }
            return oldest + UInt64(start)
        }
    }

    /// The line up to `end`, without its line end.
    func line(upTo end: UInt64) -> String {
        let line = self[lineStart(before: end, limit: PatternLimits.window)..<end]
        return String(decoding: line.trimmingLineEnd(), as: UTF8.self)
    }

    /// When the byte before `offset` was read; for one too old, the oldest time known.
    func time(ofEnd offset: UInt64) -> MonotonicTime? {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle].end < offset { low = middle + 1 } else { high = middle }
        }
        return low < times.count ? times[low].at : times.last?.at
    }
}

extension UnsafeRawBufferPointer {
    /// The first place of `byte`, counted from the beginning.
    func place(of byte: UInt8) -> Int? {
        guard let start = baseAddress, let found = memchr(start, CInt(byte), count) else { return nil }
        return UnsafeRawPointer(found) - start
    }
}

extension BidirectionalCollection<UInt8> where SubSequence: BidirectionalCollection<UInt8> {
    /// Without a final `\n`, `\r\n` or `\r\r\n`, and without carriage returns that wait for their line feed.
    func trimmingLineEnd() -> SubSequence {
        var rest = self[...]
        if rest.last == lineFeed { rest = rest.dropLast() }
        for _ in 0..<2 where rest.last == carriageReturn { rest = rest.dropLast() }
        return rest
    }
}
