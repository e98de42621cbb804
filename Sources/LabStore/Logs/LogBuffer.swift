import LabModel

/// Entries that wait for the disk, within a bound.
///
/// When the bound is hit the newest console output is dropped, and one entry at its place says how much. What the lab
/// itself has to say gets as much room again.
struct LogBuffer {
    private let limit: Int
    private var entries: [LogEntry] = []
    private var bytes = 0
    private var dropped = 0
    private var lastDrop = WallTime(nanoseconds: 0)

    init(limit: Int) {
        self.limit = limit
    }

    /// - Returns: whether somebody has to be told that there is something to take.
    mutating func append(_ new: [LogEntry]) -> Bool {
        let wasEmpty = isEmpty
        for entry in new { append(entry) }
        return wasEmpty && !isEmpty
    }

    /// All that waits, in order; empties the buffer.
    mutating func take() -> [LogEntry] {
        noteDrops()
        defer {
            entries.removeAll()
            bytes = 0
        }
        return entries
    }

    private var isEmpty: Bool { entries.isEmpty && dropped == 0 }

    private mutating func append(_ entry: LogEntry) {
        let size = entry.message.approximateSize + 100
        guard bytes + size <= (entry.level.isConsole ? limit : 2 * limit) else {
            dropped += 1
            lastDrop = entry.at
            return
        }
        noteDrops()
        entries.append(entry)
        bytes += size
    }

    private mutating func noteDrops() {
        guard dropped > 0 else { return }
        let text = "the disk was too slow: \(dropped) \(dropped == 1 ? "entry is" : "entries are") missing here"
        entries.append(LogEntry(at: lastDrop, level: .warning, message: .string(text)))
        dropped = 0
    }
}

extension LogLevel {
    /// Whether such entries are a board's talk rather than the lab's.
    var isConsole: Bool {
        switch self {
        case .input, .target, .feedback: true
        case .debug, .info, .warning, .error, .exception, .results: false
        }
    }
}

extension DataValue {
    /// Bytes this takes in memory and on disk, roughly.
    var approximateSize: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .list(let elements): elements.reduce(16) { $0 + $1.approximateSize }
        case .map(let members): members.reduce(16) { $0 + $1.key.utf8.count + $1.value.approximateSize }
        case .null, .bool, .integer, .double: 8
        }
    }
}
