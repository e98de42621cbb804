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
    ///   - tell: called at first with nil, then with each wake. Its own state is in what it captures.
    func response<Signal: Sendable, State: Sendable>(
        to call: Call, state: State, sources: @escaping @Sendable () async -> [AsyncStream<Signal>],
        tell: @escaping @Sendable (inout State, Wake<Signal>?, inout EventStreamWriter) async throws -> Step
    ) throws(APIError) -> Response {
        let slot = try slots.take()
        let body = ResponseBody { [clock, keepAlive] writer in
            defer { withExtendedLifetime(slot) {} }
            try await call.request.body.consumeWithCancellationOnInboundClose { _ in
                var output = EventStreamWriter(writer, clock: clock)
                do {
                    try await Wakes<Signal>.run(await sources(), tickEvery: keepAlive, clock: clock) { wakes in
                        var state = state
                        var wake: Wake<Signal>?
                        telling: while true {
                            switch try await tell(&state, wake, &output) {
                            case .again:
                                // Cancellation must be seen even while there is always more to tell.
                                try Task.checkCancellation()
                                wake = nil
                            case .end:
                                break telling
                            case .wait:
                                guard let next = await wakes.next() else { throw CancellationError() }
                                if case .shutdown = next {
                                    try await output.send(ServerSentEvent(event: StreamEvent.bye, data: "{}"))
                                    break telling
                                }
                                if case .tick = next { try await output.keepAlive(every: keepAlive) }
                                wake = next
                            }
                        }
                    }
                } catch let failure as Failure {
                    let error = APIError(failure)
                    call.context.logger.warning("stream broke", metadata: ["failure": "\(failure)"])
                    try await output.send(
                        ServerSentEvent(event: StreamEvent.error, data: try JSONText.encode(error.body)))
                }
                try await output.finish()
            }
        }
        // The request's end is watched on the connection itself, so it cannot carry another request afterwards.
        let headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store", .connection: "close",
        ]
        return Response(status: .ok, headers: headers, body: body)
    }
}
