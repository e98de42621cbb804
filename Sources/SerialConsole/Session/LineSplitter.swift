import LabModel

/// Finds lines that end in `\n`, `\r\n` or `\r\r\n`. A line longer than 4096 bytes is cut there; one that stays
/// without its end is handed over by `linger`. Copies nothing: a line is a place in the output.
struct LineSplitter {
    /// The longest line, in bytes.
    static let longest = 4096
    /// How long an unfinished line waits after its last byte.
    static let patience = Duration.milliseconds(100)
    /// How long it waits after its first byte, while bytes keep trickling in.
    static let longPatience = Duration.seconds(1)

    /// The line that has no end yet; of length 0 when none has begun.
    private var open = LineSpan(
        offset: 0, count: 0, at: MonotonicTime(nanoseconds: 0), wall: WallTime(nanoseconds: 0))
    private var lastByte = MonotonicTime(nanoseconds: 0)
    /// A part of the current line was handed over before.
    private var isRest = false
    /// The open line holds a byte that people see.
    private var hasText = false

    /// The unfinished line, when there is something to see of it.
    var unfinished: LineSpan? { hasText ? open : nil }

    /// When the unfinished line is due to be handed over.
    var lingersUntil: MonotonicTime? {
        guard hasText else { return nil }
        return min(lastByte.advanced(by: Self.patience), open.at.advanced(by: Self.longPatience))
    }

    /// Reads the bytes that begin at `offset` and adds the lines they complete to `lines`.
    mutating func read(
        _ bytes: UnsafeRawBufferPointer, offset: UInt64, at time: MonotonicTime, wall: WallTime,
        into lines: inout [LineSpan]
    ) {
        var index = 0
        while index < bytes.count {
            if open.count == 0 { open = LineSpan(offset: offset + UInt64(index), count: 0, at: time, wall: wall) }
            let room = min(bytes.count - index, Self.longest - Int(open.count))
            let part = UnsafeRawBufferPointer(rebasing: bytes[index..<(index + room)])
            if let end = part.place(of: lineFeed) {
                open.count += Int32(end + 1)
                index += end + 1
                // Of a line that was handed over, a line end alone is no news.
                if !isRest || hasText || open.count > 3 || part[..<end].contains(where: { $0 != carriageReturn }) {
                    lines.append(open)
                }
                clear(isRest: false)
            } else {
                open.count += Int32(room)
                index += room
                if Int(open.count) >= Self.longest {
                    lines.append(open)
                    clear(isRest: true)
                } else if !hasText {
                    hasText = part.contains { $0 != carriageReturn && $0 != escape }
                }
            }
        }
        lastByte = time
    }

    /// Hands the unfinished line over if its time has come; its rest will be a line of its own.
    mutating func linger(_ now: MonotonicTime) -> LineSpan? {
        guard let due = lingersUntil, due <= now else { return nil }
        let line = open
        clear(isRest: true)
        return line
    }

    private mutating func clear(isRest rest: Bool) {
        open.count = 0
        isRest = rest
        hasText = false
    }
}
