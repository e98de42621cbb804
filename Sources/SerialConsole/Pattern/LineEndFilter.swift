import Glibc

/// Cuts a stream into the pieces that the matcher is fed: up to two carriage returns before a line feed are left out,
/// wherever the borders of chunks lie.
struct LineEndFilter {
    /// Bytes before this offset have been fed or left out. Behind the end of what was read by at most two: carriage
    /// returns that may belong to a line end.
    private(set) var next: UInt64

    init(at offset: UInt64) {
        next = offset
    }

    /// The bytes to feed of `bytes`, which begin at `next` and are all that has been read: where they lie when they
    /// lie in one piece, otherwise copied to `room`, which is as large as `bytes`.
    mutating func visible(
        of bytes: UnsafeRawBufferPointer, room: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        guard let source = bytes.baseAddress, let target = room.baseAddress else {
            return UnsafeRawBufferPointer(rebasing: bytes[..<0])
        }
        var (count, pieces) = (0, 0)
        var last = 0..<0
        forEachPiece(of: bytes) { piece in
            // The first piece is copied only when a second one comes.
            if pieces == 1 {
                memcpy(target, source + last.lowerBound, last.count)
                count = last.count
            }
            if pieces >= 1 {
                memcpy(target + count, source + piece.lowerBound, piece.count)
                count += piece.count
            }
            last = piece
            pieces += 1
        }
        if pieces <= 1 { return UnsafeRawBufferPointer(rebasing: bytes[last]) }
        return UnsafeRawBufferPointer(rebasing: room[..<count])
    }

    /// Calls `body` with the pieces of `bytes` to feed, in order. `bytes` begin at `next` and are all that has been read.
    @inline(__always)
    mutating func forEachPiece(of bytes: UnsafeRawBufferPointer, _ body: (Range<Int>) -> Void) {
        // What lies before `fed` is fed or left out, what lies before `search` holds no line end.
        var (fed, search) = (0, 0)
        while let skip = UnsafeRawBufferPointer(rebasing: bytes[search...]).place(of: carriageReturn) {
            let first = search + skip
            var after = first + 1
            while after < bytes.count, bytes[after] == carriageReturn { after += 1 }
            let trailing = after - min(2, after - first)
            if after == bytes.count {
                if fed < trailing { body(fed..<trailing) }
                next += UInt64(trailing)
                return
            }
            if bytes[after] == lineFeed {
                if fed < trailing { body(fed..<trailing) }
                fed = after
            }
            search = after
        }
        if fed < bytes.count { body(fed..<bytes.count) }
        next += UInt64(bytes.count)
    }
}
