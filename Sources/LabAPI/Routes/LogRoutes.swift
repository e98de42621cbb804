import Hummingbird
import LabModel
import LabWire

/// The logs of jobs, by page or as they grow.
struct LogRoutes {
    var services: APIServices

    var routes: [Route] { [log] }

    private var log: Route {
        Route(
            .get, "/api/v1/jobs/{id}/logs",
            .init(
                name: "getJobLog",
                summary: "A part of a job's log, or with `follow=1` a stream of it until the job has ended.",
                query: [
                    .init(name: "offset", description: "Where to begin, in bytes.", schema: .integer),
                    .init(
                        name: "limit", description: "The size of a page, 1 to 4194304 bytes; 1048576 if not given.",
                        schema: .integer),
                    .init(
                        name: "follow", description: "1 for a stream. `Last-Event-ID` resumes it.",
                        schema: .choice(["0", "1"])),
                ],
                answers: [
                    Route.Answer(
                        status: 200, description: "A page; or events `log`, and `end` with the job.",
                        contents: ["application/json": .named("LogPage"), "text/event-stream": .string]),
                    .notFound,
                ])
        ) { [services] call in
            let job = try await services.record(try call.job())
            let offset = try call.resumeOffset("offset") ?? 0
            let limit = Int(try call.query.integer("limit", in: 1...4 << 20) ?? 1 << 20)
            if try call.wantsStream("follow") { return try self.stream(call, job.id, from: offset) }
            return try await self.page(job, from: offset, limit: limit)
        }
    }

    // The stored lines are JSON already: they go into the page as they are.
    private func page(_ job: JobRecord, from offset: Int64, limit: Int) async throws -> Response {
        let page = try await read(job.id, from: offset, limit: limit)
        var isFinished = job.state == .finished
        if isFinished, !page.lines.isEmpty {
            isFinished = try await read(job.id, from: page.next, limit: limit).lines.isEmpty
        }
        let removed = page.lines.isEmpty ? try await services.logRemoved(job.id) : nil
        // In words for whoever reads, where the log would be; and as a time for programs.
        let lines = page.lines.isEmpty && offset == 0 ? removed.map { [Self.notice($0)] } ?? [] : page.lines
        let time = removed.map { ",\"removed\":\"\($0.iso8601)\"" } ?? ""
        return .text(
            "{\"entries\":[\(lines.joined(separator: ","))],\"finished\":\(isFinished),\"next\":\(page.next)\(time)}",
            type: "application/json")
    }

    /// An entry that tells that the log was removed, as a log has it.
    private static func notice(_ removed: WallTime) -> String {
        let time = removed.iso8601
        return "{\"dt\": \"\(time)\", \"lvl\": \"warning\", \"msg\": \"the log of this job was removed on "
            + "\(time.prefix(10)) by the policy of retention; its results are kept\"}"
    }

    /// A job that never ran has no log: that is an empty one.
    private func read(_ job: JobID, from offset: Int64, limit: Int) async throws(Failure) -> JobLogPage {
        do {
            return try await services.dependencies.logs.read(job, from: offset, limit: limit)
        } catch {
            guard error.type == .job else { throw error }
            return JobLogPage(lines: [], next: offset)
        }
    }

    private enum Signal {
        /// To so many bytes.
        case grown(Int64)
        /// Something was committed somewhere: the job may have ended.
        case committed
    }

    private struct Following {
        var offset: Int64
        var state: JobState?
    }

    private func stream(_ call: Call, _ id: JobID, from offset: Int64) throws -> Response {
        try services.streams.response(
            to: call, state: Following(offset: offset),
            sources: { [services] in
                [
                    await services.dependencies.logs.growth(of: id).signalling { Signal.grown($0) },
                    services.store.eventCommits().signalling { _ in Signal.committed },
                ]
            },
            tell: { [services] following, wake, output in
                if case .signal(.grown(let length)) = wake {
                    // Growth says nothing about the state.
                    while following.offset < length, try await tell(id, &following, &output) {}
                    return .wait
                }
                // The state is read before the log: what a finished job logged is all there by then.
                let state = try await services.record(id).state
                if case .signal(.committed) = wake, state == following.state { return .wait }
                following.state = state
                if try await tell(id, &following, &output) { return .again }
                guard following.state == .finished else { return .wait }
                if following.offset == 0, let removed = try await services.logRemoved(id) {
                    try await output.send(ServerSentEvent(event: StreamEvent.log, data: Self.notice(removed)))
                }
                let info = try await services.info(try await services.record(id))
                try await output.send(ServerSentEvent(event: StreamEvent.end, data: try JSONText.encode(info)))
                return .end
            })
    }

    /// Tells the next part of the log.
    ///
    /// - Returns: whether there was one.
    private func tell(_ id: JobID, _ following: inout Following, _ output: inout EventStreamWriter) async throws -> Bool
    {
        let page = try await services.pages.page(of: id, from: following.offset)
        guard !page.isEmpty else { return false }
        try await output.send(page.bytes)
        following.offset = page.next
        return true
    }
}

extension APIServices {
    /// When retention removed a job's log; nil when it did not.
    fileprivate func logRemoved(_ job: JobID) async throws(Failure) -> WallTime? {
        try await dependencies.retention?.logRemoved(job)
    }
}
