import Hummingbird
import LabModel
import LabWire

/// What happened in the lab, from any moment on.
struct EventRoutes {
    var services: APIServices

    var routes: [Route] { [all, ofJob] }

    private static let parameters: [Route.Parameter] = [
        .init(name: "after", description: "The number of the last event already seen; 0 for all.", schema: .integer),
        .init(
            name: "follow", description: "0 for a page instead of a stream. `Last-Event-ID` resumes a stream.",
            schema: .choice(["0", "1"])),
        .init(name: "limit", description: "The size of a page, 1 to 1000; 1000 if not given.", schema: .integer),
    ]

    private static func answer(_ description: String) -> Route.Answer {
        Route.Answer(
            status: 200, description: description,
            contents: ["text/event-stream": .string, "application/json": .named("EventPage")])
    }

    private var all: Route {
        Route(
            .get, "/api/v1/events",
            .init(
                name: "followEvents", summary: "All that happens in the lab, as a stream.",
                query: Self.parameters + [
                    .init(name: "job", description: "Only events of this job.", schema: .integer)
                ],
                answers: [Self.answer("Events by their kind with `EventInfo`; or a page.")])
        ) { [services] call in
            let job = try call.query.integer("job", in: 1...Int64.max).map { JobID(rawValue: $0) }
            if let job { _ = try await services.record(job) }
            return try await self.answer(call, job: job, endsWithJob: false)
        }
    }

    private var ofJob: Route {
        Route(
            .get, "/api/v1/jobs/{id}/events",
            .init(
                name: "followJobEvents", summary: "What happens to one job, until it has ended.",
                query: Self.parameters,
                answers: [Self.answer("Events by their kind, and `end` with the job; or a page."), .notFound])
        ) { [services] call in
            let job = try await services.record(try call.job()).id
            return try await self.answer(call, job: job, endsWithJob: true)
        }
    }

    private func answer(_ call: Call, job: JobID?, endsWithJob: Bool) async throws -> Response {
        let after = try call.resumeOffset("after") ?? 0
        let limit = Int(try call.query.integer("limit", in: 1...1000) ?? 1000)
        if try call.wantsStream("follow", otherwise: true) {
            return try stream(call, job: job, after: after, endsWithJob: endsWithJob)
        }
        let events = try await services.store.events(after: after, job: job, limit: limit)
        return try .json(EventPage(events: events.map { EventInfo($0) }, last: events.last?.sequence ?? after))
    }

    private func stream(_ call: Call, job: JobID?, after: Int64, endsWithJob: Bool) throws -> Response {
        try services.streams.response(
            to: call, state: after,
            sources: { [services] in [services.store.eventCommits()] },
            tell: { [services] last, _, output in
                // The job is read before its events: those of a finished job are all there by then.
                let ended = try await endsWithJob ? finished(job) : nil
                let events = try await services.store.events(after: last, job: job, limit: 500)
                try await output.send(
                    events.map {
                        ServerSentEvent(
                            id: String($0.sequence), event: $0.kind.rawValue, data: try JSONText.encode(EventInfo($0)))
                    })
                if let newest = events.last {
                    last = newest.sequence
                    return .again
                }
                guard let ended else { return .wait }
                let info = try await services.info(ended)
                try await output.send(ServerSentEvent(event: StreamEvent.end, data: try JSONText.encode(info)))
                return .end
            })
    }

    private func finished(_ job: JobID?) async throws -> JobRecord? {
        guard let job else { return nil }
        let record = try await services.record(job)
        return record.state == .finished ? record : nil
    }
}
