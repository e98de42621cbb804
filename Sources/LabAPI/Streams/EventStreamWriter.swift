import Hummingbird
import LabModel
import LabWire

/// Writes server-sent events into a response's body.
struct EventStreamWriter {
    private var writer: any ResponseBodyWriter
    private let clock: any LabClock
    private var lastWrite: MonotonicTime

    init(_ writer: any ResponseBodyWriter, clock: any LabClock) {
        self.writer = writer
        self.clock = clock
        self.lastWrite = clock.monotonic()
    }

    mutating func send(_ event: ServerSentEvent) async throws {
        try await write(event.text)
    }

    /// Sends several events with one write.
    mutating func send(_ events: [ServerSentEvent]) async throws {
        if events.isEmpty { return }
        try await write(events.map(\.text).joined())
    }

    /// Says why the stream breaks.
    mutating func send(error: APIError) async throws {
        try await send(ServerSentEvent(event: StreamEvent.error, data: try JSONText.encode(error.body)))
    }

    /// Sends a comment when nothing was sent for `interval`, so that nobody on the way takes the stream for dead.
    mutating func keepAlive(every interval: Duration) async throws {
        if clock.monotonic().duration(since: lastWrite) >= interval { try await write(ServerSentEvent.keepAlive) }
    }

    mutating func finish() async throws {
        try await writer.finish(nil)
    }

    /// Sends what was written out as events before.
    mutating func send(_ events: ByteBuffer) async throws {
        try await writer.write(events)
        lastWrite = clock.monotonic()
    }

    private mutating func write(_ text: String) async throws {
        try await send(ByteBuffer(string: text))
    }
}
