import LabModel

/// Cuts output into lines at `\n`, `\r\n` and `\r\r\n`. A line longer than 4096 bytes is cut there; one that stays
/// without its end is handed over by `linger`.
struct LineSplitter {
    /// The longest line, in bytes.
    static let longest = 4096
    /// How long an unfinished line waits after its last byte.
    static let patience = Duration.milliseconds(100)
    /// How long it waits after its first byte, while bytes keep trickling in.
    static let longPatience = Duration.seconds(1)

    private var pending: [UInt8] = []
    private var first: (offset: UInt64, at: MonotonicTime, wall: WallTime)?
    private var lastByte: MonotonicTime?
    /// A part of the current line was handed over before.
    private var isRest = false

    /// The unfinished line, as it stands.
    var unfinished: String? {
        let text = lineText(pending)
        return text.isEmpty ? nil : text
    }

    /// When the unfinished line is due to be handed over.
    var lingersUntil: MonotonicTime? {
        guard let first, let lastByte, unfinished != nil else { return nil }
        return min(lastByte.advanced(by: Self.patience), first.at.advanced(by: Self.longPatience))
    }

    /// Reads the bytes that begin at `offset` and returns the lines they complete.
    mutating func read(
        _ bytes: UnsafeRawBufferPointer, offset: UInt64, at time: MonotonicTime, wall: WallTime
    ) -> [ConsoleLine] {
        var lines: [ConsoleLine] = []
        var index = 0
        while index < bytes.count {
            if first == nil { first = (offset + UInt64(index), time, wall) }
            let room = min(bytes.count, index + Self.longest - pending.count)
            let part = UnsafeRawBufferPointer(rebasing: bytes[index..<room])
            if let end = part.place(of: lineFeed) {
                pending.append(contentsOf: UnsafeRawBufferPointer(rebasing: part[...end]))
                index += end + 1
                if !(isRest && pending.trimmingLineEnd().isEmpty) { lines.append(take()) }
                clear()
            } else {
                pending.append(contentsOf: part)
                index = room
                if pending.count >= Self.longest {
                    lines.append(take())
                    clear()
                    isRest = true
                }
            }
        }
        lastByte = time
        return lines
    }

    /// Hands the unfinished line over if its time has come; its rest will be a line of its own.
    mutating func linger(_ now: MonotonicTime) -> ConsoleLine? {
        guard let due = lingersUntil, due <= now else { return nil }
        let line = take()
        clear()
        isRest = true
        return line
    }

    private func take() -> ConsoleLine {
        ConsoleLine(
            offset: ConsoleOffset(rawValue: first?.offset ?? 0), text: lineText(pending),
            at: first?.at ?? MonotonicTime(nanoseconds: 0), wall: first?.wall ?? WallTime(nanoseconds: 0))
    }

    private mutating func clear() {
        pending.removeAll(keepingCapacity: true)
        first = nil
        isRest = false
    }
}

private func lineText(_ bytes: [UInt8]) -> String {
    let escape: UInt8 = 0x1b
    let line = bytes.trimmingLineEnd()
    return String(decoding: line.contains(escape) ? line.filter { $0 != escape }[...] : line, as: UTF8.self)
}
