/// Cuts a stream into the pieces that the matcher is fed: up to two carriage returns before a line feed are left out,
/// wherever the borders of chunks lie. Copies nothing.
struct LineEndFilter {
    /// Bytes before this offset have been fed or left out. Behind the end of what was read by at most two: carriage
    /// returns that may belong to a line end.
    private(set) var next: UInt64

    init(at offset: UInt64) {
        next = offset
    }

    /// Where the output that the matcher has seen ends, for a match at the end of output.
    var seen: UInt64 { next }

    /// The pieces to feed, in order, now that `history` is read up to `end`.
    mutating func pieces(of history: ConsoleHistory, upTo end: UInt64) -> [Range<UInt64>] {
        var pieces: [Range<UInt64>] = []
        var search = next
        while let first = history.firstIndex(of: carriageReturn, in: search..<end) {
            var after = first + 1
            while after < end, history[after] == carriageReturn { after += 1 }
            let trailing = after - min(2, after - first)
            if after == end {
                if next < trailing { pieces.append(next..<trailing) }
                next = trailing
                return pieces
            }
            if history[after] == lineFeed {
                if next < trailing { pieces.append(next..<trailing) }
                next = after
            }
            search = after
        }
        if next < end { pieces.append(next..<end) }
        next = end
        return pieces
    }
}
