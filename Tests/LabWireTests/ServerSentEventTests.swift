import LabWire
import Testing

@Suite struct ServerSentEventTests {
    @Test(arguments: [
        ServerSentEvent(data: ""), ServerSentEvent(id: "7", event: "log", data: "one"),
        ServerSentEvent(event: "x", data: "two\nlines"), ServerSentEvent(id: "1", data: " leading\u{2028}space: "),
    ])
    func comesBackAsItWas(event: ServerSentEvent) throws {
        var parser = ServerSentEventParser()
        #expect(try parser.feed(event.text.utf8) == [event])
        #expect(parser.lastID == event.id)
    }

    @Test(arguments: 1...9)
    func cutsInTheMiddleDoNotMatter(size: Int) throws {
        let text = ": hello\r\nid: 1\r\nevent: log\r\ndata: a\u{e9}\r\n\r\nid:2\ndata\n\rretry: 5\rdata:x\r\r"
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            events += try parser.feed(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        #expect(
            events == [
                ServerSentEvent(id: "1", event: "log", data: "a\u{e9}"), ServerSentEvent(id: "2", data: ""),
                ServerSentEvent(data: "x"),
            ])
        #expect(parser.lastID == "2")
    }

    @Test func commentsAndEventsWithoutDataAreSilent() throws {
        var parser = ServerSentEventParser()
        #expect(try parser.feed((ServerSentEvent.keepAlive + "event: nothing\n\n").utf8) == [])
    }

    @Test func endlessLinesAndEventsAreRefused() throws {
        var parser = ServerSentEventParser(lineLimit: 10)
        #expect(throws: ServerSentEventParser.TooLong()) { try parser.feed(Array(repeating: 97, count: 11)) }
        var other = ServerSentEventParser(lineLimit: 10)
        #expect(throws: ServerSentEventParser.TooLong()) {
            try other.feed("data: aaaa\ndata: aaaa\ndata: aaaa\n".utf8)
        }
    }
}
