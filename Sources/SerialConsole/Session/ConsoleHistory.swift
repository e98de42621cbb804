import Glibc
import LabModel

/// The last bytes of a console, addressed by their place in the whole output. A ring: no byte is moved once it is here.
struct ConsoleHistory {
    /// How many bytes are kept, once there are so many. A power of two.
    static let kept = 128 * 1024
    /// The smallest ring, in bytes.
    private static let smallest = 4096
    /// How many times of reading are remembered at most.
    private static let timesKept = 1024

    /// The offset of the oldest byte at hand.
    private(set) var base: UInt64
    /// The number of bytes read so far.
    private(set) var end: UInt64
    /// The byte at an offset lies at its remainder by the ring's size, which is a power of two.
    private var ring: [UInt8]
    private var mask: UInt64
    /// When the bytes up to an offset had been read.
    private var times: [(end: UInt64, at: MonotonicTime)] = []

    init(base: UInt64 = 0, bytes: [UInt8] = []) {
        self.base = base
        end = base
        ring = [UInt8](repeating: 0, count: Self.smallest)
        mask = UInt64(Self.smallest - 1)
        bytes.withUnsafeBytes { take($0) }
    }

    mutating func append(_ chunk: UnsafeRawBufferPointer, at time: MonotonicTime) {
        take(chunk)
        if let last = times.last, last.at == time {
            times[times.count - 1].end = end
            return
        }
        if times.count >= Self.timesKept { times.removeFirst(Self.timesKept / 2) }
        times.append((end, time))
    }

    subscript(offset: UInt64) -> UInt8 { ring[Int(offset & mask)] }

    /// The bytes of `range`, which lies in what is at hand.
    subscript(range: Range<UInt64>) -> ArraySlice<UInt8> {
        let (start, count) = (Int(range.lowerBound & mask), range.count)
        return start + count <= ring.count ? ring[start..<(start + count)] : joined(range)[...]
    }

    /// Calls `body` with the bytes of `range` in one piece; they are copied only where the ring's end cuts them.
    func withBytes<Result>(of range: Range<UInt64>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let (start, count) = (Int(range.lowerBound & mask), range.count)
        guard start + count <= ring.count else { return joined(range).withUnsafeBytes(body) }
        return ring.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<(start + count)])) }
    }

    /// Calls `body` with the bytes of `range` where they lie: in one piece, or in two where the ring's end cuts them.
    func forEachPiece(of range: Range<UInt64>, _ body: (UnsafeRawBufferPointer, UInt64) -> Void) {
        let (start, count) = (Int(range.lowerBound & mask), range.count)
        let first = min(count, ring.count - start)
        ring.withUnsafeBytes { ring in
            if first > 0 { body(UnsafeRawBufferPointer(rebasing: ring[start..<(start + first)]), range.lowerBound) }
            guard first < count else { return }
            body(UnsafeRawBufferPointer(rebasing: ring[..<(count - first)]), range.lowerBound + UInt64(first))
        }
    }

    /// Copies the bytes of `range` to `target`, which has room for them.
    func copy(_ range: Range<UInt64>, to target: UnsafeMutableRawPointer) {
        forEachPiece(of: range) { piece, offset in
            guard let source = piece.baseAddress else { return }
            memcpy(target + Int(offset - range.lowerBound), source, piece.count)
        }
    }

    /// The first place of `byte` in `range`.
    func firstIndex(of byte: UInt8, in range: Range<UInt64>) -> UInt64? {
        var found: UInt64?
        forEachPiece(of: range) { piece, offset in
            if found == nil { found = piece.place(of: byte).map { offset + UInt64($0) } }
        }
        return found
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

    private mutating func take(_ whole: UnsafeRawBufferPointer) {
        let chunk = UnsafeRawBufferPointer(rebasing: whole.suffix(Self.kept))
        if chunk.count < whole.count {
            end += UInt64(whole.count - chunk.count)
            base = end
        }
        guard let source = chunk.baseAddress, !chunk.isEmpty else { return }
        makeRoom(for: chunk.count)
        let start = Int(end & mask)
        let first = min(chunk.count, ring.count - start)
        ring.withUnsafeMutableBytes { ring in
            guard let target = ring.baseAddress else { return }
            memcpy(target + start, source, first)
            if first < chunk.count { memcpy(target, source + first, chunk.count - first) }
        }
        end += UInt64(chunk.count)
        base = max(base, end - min(end, UInt64(ring.count)))
    }

    /// A console that says little has a small ring.
    private mutating func makeRoom(for count: Int) {
        let needed = Int(end - base) + count
        guard needed > ring.count, ring.count < Self.kept else { return }
        var size = ring.count
        while size < min(needed, Self.kept) { size *= 2 }
        var larger = ConsoleHistory(base: base, ring: [UInt8](repeating: 0, count: size))
        withBytes(of: base..<end) { larger.take($0) }
        ring = larger.ring
        mask = larger.mask
    }

    private init(base: UInt64, ring: [UInt8]) {
        self.base = base
        end = base
        self.ring = ring
        mask = UInt64(ring.count - 1)
    }

    private func joined(_ range: Range<UInt64>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            if let target = buffer.baseAddress { copy(range, to: target) }
            filled = range.count
        }
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
