import Hummingbird
import LabModel
import LabWire

/// Recurring jobs.
struct ScheduleRoutes {
    var services: APIServices

    var routes: [Route] { [list, add, show, pause, resume, run, remove] }

    private static let path = "/api/v1/schedules"
    private static let one = path + "/{name}"
    /// A job's text as a JSON string, and the little around it.
    private static let bodyLimit = 2 * Call.definitionLimit + (64 << 10)

    private var list: Route {
        Route(
            .get, Self.path,
            .init(
                name: "listSchedules", summary: "All recurring jobs, by name, without their texts.",
                answers: [.json(200, "The recurring jobs.", .named("ScheduleList"))])
        ) { [services] _ in
            let schedules = try await services.schedules().schedules()
            return try .json(ScheduleList(schedules: schedules.map { ScheduleInfo($0) }))
        }
    }

    private var add: Route {
        Route(
            .post, Self.path,
            .init(
                name: "addSchedule", summary: "Has a job submitted again and again, in the name of who asks.",
                body: .init(contents: ["application/json": .named("ScheduleRequest")]),
                answers: [
                    .json(201, "The recurring job.", .named("ScheduleInfo")),
                    .refusal(413, "The text is too large."),
                    .refusal(422, "The rule is none, the name is taken, or the text could not be submitted now."),
                ])
        ) { [services] call in
            let keys: Set = ["name", "every", "daily", "cron", "zone", "overlap", "definition"]
            guard let body = try await call.json(ScheduleRequestInfo.self, keys: keys, upTo: Self.bodyLimit) else {
                throw APIError.badRequest("the body is missing")
            }
            guard body.definition.utf8.count <= Call.definitionLimit else {
                throw APIError.tooLarge(limit: Call.definitionLimit)
            }
            guard let overlap = Schedule.Overlap(rawValue: body.overlap ?? "skip") else {
                throw APIError.badRequest("`overlap` is neither skip nor queue")
            }
            let request = ScheduleRequest(
                name: body.name, rule: try Self.rule(body), zone: body.zone == "UTC" ? nil : body.zone,
                definition: body.definition, overlap: overlap)
            let schedule = try await services.schedules().add(request, by: call.user)
            return try .json(ScheduleInfo(schedule), status: .created)
        }
    }

    /// The one rule that a request gives.
    private static func rule(_ body: ScheduleRequestInfo) throws -> ScheduleRule {
        switch (body.every, body.daily, body.cron) {
        case (let seconds?, nil, nil):
            guard seconds.isFinite, seconds < 1e9 else { throw APIError.badRequest("`every` is no number of seconds") }
            return try ScheduleRule(every: .seconds(Int64(seconds)))
        case (nil, let time?, nil): return try ScheduleRule(daily: time)
        case (nil, nil, let text?): return try ScheduleRule(cron: text)
        default: throw APIError.badRequest("exactly one of `every`, `daily` and `cron` has to be given")
        }
    }

    private var show: Route {
        Route(
            .get, Self.one,
            .init(
                name: "getSchedule", summary: "One recurring job, with its text.",
                answers: [.json(200, "The recurring job.", .named("ScheduleInfo")), .notFound])
        ) { [services] call in
            try .json(ScheduleInfo(try await services.schedule(call.name()), withText: true))
        }
    }

    private var pause: Route { setting("pause", "pauseSchedule", "Lets its times pass until it is resumed.", true) }
    private var resume: Route { setting("resume", "resumeSchedule", "Goes on with the next time.", false) }

    private func setting(_ verb: String, _ name: String, _ summary: String, _ isPaused: Bool) -> Route {
        Route(
            .post, "\(Self.one)/\(verb)",
            .init(
                name: name, summary: summary,
                answers: [.json(200, "The recurring job after it.", .named("ScheduleInfo")), .notFound])
        ) { [services] call in
            let schedule = try await services.schedule(call.name())
            return try .json(
                ScheduleInfo(try await services.schedules().pause(schedule.name, isPaused, by: call.user)))
        }
    }

    private var run: Route {
        Route(
            .post, "\(Self.one)/run",
            .init(
                name: "runSchedule", summary: "Submits its job now, beside its times.",
                answers: [
                    .json(201, "The jobs.", .named("ScheduleRun")), .notFound,
                    .refusal(422, "Its text cannot be submitted any more."),
                ])
        ) { [services] call in
            let schedule = try await services.schedule(call.name())
            let jobs = try await services.schedules().runNow(schedule.name, by: call.user)
            return try .json(ScheduleRunInfo(jobs: jobs.map(\.rawValue)), status: .created)
        }
    }

    private var remove: Route {
        Route(
            .delete, Self.one,
            .init(
                name: "removeSchedule", summary: "Ends a recurring job. Jobs that it has submitted stay.",
                answers: [.json(200, "What it was.", .named("ScheduleInfo")), .notFound])
        ) { [services] call in
            let schedule = try await services.schedule(call.name())
            try await services.schedules().remove(schedule.name, by: call.user)
            return try .json(ScheduleInfo(schedule, withText: true))
        }
    }
}

extension APIServices {
    fileprivate func schedules() throws -> any ScheduleControl {
        guard let schedules = dependencies.schedules else {
            throw APIError(.unprocessableContent, Failure(.configuration, "this lab has no recurring jobs"))
        }
        return schedules
    }

    /// - Throws: 404 when there is no such recurring job.
    fileprivate func schedule(_ name: String) async throws -> Schedule {
        guard let schedule = try await schedules().schedules().first(where: { $0.name == name }) else {
            throw APIError.notFound(
                "there is no recurring job `\(name.prefix(64))`",
                advice: "`lablctl schedule list` lists them; over HTTP: GET /api/v1/schedules")
        }
        return schedule
    }
}
