import Hummingbird
import LabModel
import LabWire
import Logging

/// Makes responses that are streams of server-sent events: bounded in number, kept alive, ended when the client
/// leaves and when the daemon stops.
struct EventStreams: Sendable {
    var slots: StreamSlots
    var clock: any LabClock
    /// The time without an event after which a comment is sent.
    var keepAlive: Duration = .seconds(15)

    /// What a stream does after it has told what there was to tell.
    enum Step: Sendable {
        /// There may be more to tell at once.
        case again
        /// Everything was told; wait for a wake.
        case wait
        case end
    }

    /// A stream that tells what is there, waits for a reason to look again, and so on.
    ///
    /// - Parameters:
    ///   - sources: made before anything is told, so that nothing between telling and waiting is missed.
    ///   - finally: called after `sources` on every way out, whoever ends the stream.
    ///   - tell: called at first with nil, then with each wake. Its own state is in what it captures.
    func response<Signal: Sendable, State: Sendable>(
        to call: Call, state: State, sources: @escaping @Sendable () async throws -> [AsyncStream<Signal>],
        finally: @escaping @Sendable () async -> Void = {},
        tell: @escaping @Sendable (inout State, Wake<Signal>?, inout EventStreamWriter) async throws -> Step
    ) throws(APIError) -> Response {
        let slot = try slots.take()
        let body = ResponseBody { [clock, keepAlive] writer in
            defer { withExtendedLifetime(slot) {} }
            do {
                try await call.request.body.consumeWithCancellationOnInboundClose { _ in
                    var output = EventStreamWriter(writer, clock: clock)
                    do {
                        let sources = try await sources()
                        try await Wakes<Signal>.run(sources, tickEvery: keepAlive, clock: clock) { wakes in
                            try await Self.run(&wakes, state, &output, keepAlive: keepAlive, tell)
                        }
                    } catch let refusal as CrashStateError {
                        try await output.send(error: APIError(refusal))
                    } catch let failure as Failure {
                        call.context.logger.warning("stream broke", metadata: ["failure": "\(failure)"])
                        try await output.send(error: APIError(failure))
                    }
                    try await output.finish()
                }
            } catch {
                await finally()
                throw error
            }
            await finally()
        }
        // The request's end is watched on the connection itself, so it cannot carry another request afterwards.
        let headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store", .connection: "close",
        ]
        return Response(status: .ok, headers: headers, body: body)
    }

    /// Tells and waits in turns until there is nothing more to tell, or the daemon stops.
    private static func run<Signal: Sendable, State: Sendable>(
        _ wakes: inout Wakes<Signal>, _ state: State, _ output: inout EventStreamWriter, keepAlive: Duration,
        _ tell: @Sendable (inout State, Wake<Signal>?, inout EventStreamWriter) async throws -> Step
    ) async throws {
        var state = state
        var wake: Wake<Signal>?
        while true {
            switch try await tell(&state, wake, &output) {
            case .again:
                // Cancellation must be seen even while there is always more to tell.
                try Task.checkCancellation()
                wake = nil
            case .end:
                return
            case .wait:
                guard let next = await wakes.next() else { throw CancellationError() }
                if case .shutdown = next {
                    return try await output.send(ServerSentEvent(event: StreamEvent.bye, data: "{}"))
                }
                if case .tick = next { try await output.keepAlive(every: keepAlive) }
                wake = next
            }
        }
    }
}
