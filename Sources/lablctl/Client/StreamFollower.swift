import LabModel
import LabWire

/// Follows a stream of events across broken connections and restarts of labd.
struct StreamFollower: Sendable {
    let client: LabClient
    /// How long labd may stay away.
    var patience: Duration = .seconds(60)
    /// Told when the connection is lost, once for each loss however often it is tried again.
    var lost: @Sendable () -> Void = {}
    /// Told when a lost connection is there again.
    var regained: @Sendable () -> Void = {}

    /// Hands over events until `handle` stops. Nothing is lost or repeated: each new connection goes on after the id
    /// of the last event (`Last-Event-ID`).
    ///
    /// - Throws: `CommandError` when labd refuses, or stays away for longer than `patience`; what `handle` throws.
    func follow(
        _ target: String, after lastID: String? = nil, handle: (ServerSentEvent) async throws -> StreamStep
    ) async throws {
        var policy = ReconnectPolicy(patience: patience)
        var resumeAt = lastID
        var isFirst = true
        var isLost = false
        while true {
            var failure = EndpointResolution.noDaemon(looked: client.server.endpoint.description)
            var handlerError: (any Error)?
            do {
                let step = try await client.stream(target, lastID: resumeAt) {
                    isFirst = false
                    if isLost { regained() }
                    isLost = false
                } handle: { event in
                    // A farewell carries no id of its own; the connection ends after it.
                    guard event.event != StreamEvent.bye else { return .goOn }
                    if event.event == StreamEvent.error {
                        let body = try? client.decode(ErrorBody.self, from: Array(event.data.utf8))
                        failure = CommandError(httpStatus: 500, body: body)
                        return .goOn
                    }
                    policy.succeeded()
                    do {
                        let step = try await handle(event)
                        resumeAt = event.id ?? resumeAt
                        return step
                    } catch {
                        handlerError = error
                        throw error
                    }
                }
                if step == .stop { return }
            } catch {
                if let handlerError { throw handlerError }
                if error is CancellationError || Task.isCancelled { throw CancellationError() }
                let reported = error as? CommandError ?? failure
                let mayPass = reported.status == .noDaemon || reported.status == .internalError
                guard mayPass, !isFirst else { throw reported }
                failure = reported
            }
            guard let pause = policy.failed() else { throw failure }
            if !isLost { lost() }
            isLost = true
            try await client.clock.sleep(for: pause)
        }
    }
}
