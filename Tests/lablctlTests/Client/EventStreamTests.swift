import LabWire
import Testing

@testable import lablctl

/// What lablctl relies on in the shared parser: the same events, however the bytes are cut.
@Suite struct EventStreamTests {
    private static let text = """
        : keep-alive\r
        \r
        id: 17\r
        event: log\r
        data: {"dt":"x","lvl":"target","msg":"grün ✓"}\r
        \r
        id: 42
        event: log
        data: one
        data: two

        event: end
        data: {}


        """

    private func events(chunk: Int) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        var rest = Array(Self.text.utf8)[...]
        while !rest.isEmpty {
            events += try parser.feed(rest.prefix(chunk))
            rest = rest.dropFirst(chunk)
        }
        return events
    }

    @Test(arguments: Array(1...40))
    func chunksDoNotMatter(size: Int) throws {
        let events = try events(chunk: size)
        #expect(events.count == 3)
        #expect(events.map(\.id) == ["17", "42", nil])
        #expect(events.first?.data == #"{"dt":"x","lvl":"target","msg":"grün ✓"}"#)
        #expect(events[1].data == "one\ntwo")
        #expect(events.last?.event == StreamEvent.end)
    }
}
