/// Reads server-sent events from bytes as they arrive (WHATWG HTML, section 9.2.6).
public struct ServerSentEventParser: Sendable {
    /// The longest line accepted, in bytes; a longer one makes `feed` throw.
    public let lineLimit: Int
    /// The id of the last event that had one, for `Last-Event-ID`.
    public private(set) var lastID: String?

    private var line: [UInt8] = []
    private var lastWasCarriageReturn = false
    private var id: String?
    private var event: String?
    private var data: [String] = []
    private var dataBytes = 0

    /// A line or an event grew beyond the limit.
    public struct TooLong: Error, Sendable, Equatable {
        public init() {}
    }

    public init(lineLimit: Int = 4 << 20) {
        self.lineLimit = lineLimit
    }

    /// Takes the next bytes, wherever they were cut, and returns the events that are complete now.
    ///
    /// - Throws: `TooLong` when a line or the data of one event exceeds the limit.
    public mutating func feed(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where lastWasCarriageReturn:
                lastWasCarriageReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                lastWasCarriageReturn = byte == UInt8(ascii: "\r")
                if let event = try endLine() { events.append(event) }
            default:
                lastWasCarriageReturn = false
                guard line.count < lineLimit else { throw TooLong() }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() throws(TooLong) -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty { return endEvent() }
        let text = String(decoding: line, as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count > 1 ? parts[1] : ""
        if value.hasPrefix(" ") { value.removeFirst() }
        switch parts.first {
        case "id":
            id = String(value)
            lastID = id
        case "event":
            event = String(value)
        case "data":
            dataBytes += value.utf8.count + 1
            guard dataBytes <= lineLimit else { throw TooLong() }
            data.append(String(value))
        default:
            // A comment (no field name), or a field that we have no use for.
            break
        }
        return nil
    }

    private mutating func endEvent() -> ServerSentEvent? {
        defer {
            id = nil
            event = nil
            data.removeAll()
            dataBytes = 0
        }
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(id: id, event: event, data: data.joined(separator: "\n"))
    }
}
