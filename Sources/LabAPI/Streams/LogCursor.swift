import LabModel
import LabWire

/// Where a reader of a log is.
struct LogCursor: Sendable, Equatable {
    var offset: Int64

    /// Turns a page into events and moves behind it. Each event carries the offset behind its own entry, so that a
    /// reader may resume after any of them.
    mutating func events(of page: JobLogPage) -> [ServerSentEvent] {
        // An entry is stored as its line and a newline, so the ends are counted back from the page's own. A page may
        // begin after the offset (which was inside an entry), but never before it: then the lines are not what is
        // stored, byte for byte, and only the page's end is a place to resume from.
        var end = page.next
        var events: [ServerSentEvent] = []
        events.reserveCapacity(page.lines.count)
        for line in page.lines.reversed() {
            events.append(ServerSentEvent(id: String(end), event: StreamEvent.log, data: line))
            end -= Int64(line.utf8.count) + 1
        }
        if end < offset { for index in events.indices.dropFirst() { events[index].id = nil } }
        offset = page.next
        return events.reversed()
    }
}
