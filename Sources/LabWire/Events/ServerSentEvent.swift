/// One event of a `text/event-stream` (WHATWG HTML, section 9.2).
public struct ServerSentEvent: Sendable, Equatable {
    /// What to send as `Last-Event-ID` to go on after this event.
    public var id: String?
    /// The event's type; nil stands for `message`.
    public var event: String?
    public var data: String

    public init(id: String? = nil, event: String? = nil, data: String) {
        self.id = id
        self.event = event
        self.data = data
    }

    /// The event as it travels, with the empty line that ends it. Line ends inside `data` become several data lines;
    /// only CR, LF and CRLF are line ends here, so a U+2028 inside JSON stays where it is.
    public var text: String {
        var text = ""
        if let id { text += "id: \(id)\n" }
        if let event { text += "event: \(event)\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: { ["\n", "\r", "\r\n"].contains($0) })
        {
            text += "data: \(line)\n"
        }
        return text + "\n"
    }

    /// A comment that keeps idle connections open and that every client ignores.
    public static let keepAlive = ": keep-alive\n\n"
}
