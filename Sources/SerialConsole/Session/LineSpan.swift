import LabModel

/// Where a line stands in a console's output, and when its first byte was read. Its text is made from the history
/// when somebody wants it.
struct LineSpan: Hashable {
    var offset: UInt64
    /// Its length in bytes with its line end, at most `LineSplitter.longest` and two more.
    var count: Int32
    var at: MonotonicTime
    var wall: WallTime

    var range: Range<UInt64> { offset..<(offset + UInt64(count)) }

    /// The line as people see it: without its line end and escape bytes; bytes that are not UTF-8 are replaced.
    func text(in history: ConsoleHistory) -> String {
        history.withBytes(of: range) { bytes in
            // As `trimmingLineEnd`, for every line that is followed: without the steps of a general collection.
            var end = bytes.count
            if end > 0, bytes[end - 1] == lineFeed { end -= 1 }
            for _ in 0..<2 where end > 0 && bytes[end - 1] == carriageReturn { end -= 1 }
            let line = UnsafeRawBufferPointer(rebasing: bytes[..<end])
            guard line.place(of: escape) == nil else {
                return String(decoding: line.filter { $0 != escape }, as: UTF8.self)
            }
            return String(decoding: line, as: UTF8.self)
        }
    }

    /// The line for those who follow.
    func line(in history: ConsoleHistory) -> ConsoleLine {
        ConsoleLine(offset: ConsoleOffset(rawValue: offset), text: text(in: history), at: at, wall: wall)
    }
}

let escape: UInt8 = 0x1b
