import Hummingbird
import LabModel
import LabWire

/// Submitting, listing and ending jobs, and what they found out.
struct JobRoutes {
    var services: APIServices

    var routes: [Route] { [submit, validate, list, show, definition, cancel, results] }

    private static let textBody = Route.Body(contents: [
        "application/yaml": .string, "text/yaml": .string, "application/json": .named("SubmitRequest"),
    ])

    private var submit: Route {
        Route(
            .post, "/api/v1/jobs",
            .init(
                name: "submitJob",
                summary: "Submits a job, or the jobs of a group or a matrix: LAVA's YAML, at most 1 MiB.",
                body: Self.textBody,
                answers: [
                    .json(201, "The job is stored and waits, or all of them.", .named("Submitted")),
                    .refusal(413, "The text is too large."),
                    .refusal(422, "The text has errors, needs what does not run yet, or fits no board of the lab."),
                ])
        ) { [services] call in
            let text = try await call.definition()
            let submission = Submission(compiler: services.dependencies.compiler)
            let accepted = try submission.accept(text, boards: try await services.boards())
            try await submission.checkNeeds(of: accepted, in: services.store)
            let jobs = accepted.groups.map { group in
                group.map { NewJob(plan: $0, definition: text, submitter: call.user) }
            }
            let ids = try await services.store.submit(batch: jobs)
            await services.control.jobWasSubmitted()
            let answer = try Submitted(accepted.groups, ids, warnings: accepted.warnings)
            return try .json(answer, status: .created, headers: [.location: "/api/v1/jobs/\(answer.id)"])
        }
    }

    private var validate: Route {
        Route(
            .post, "/api/v1/jobs/validate",
            .init(
                name: "validateJob", summary: "Says what is wrong with a job's text. Nothing is stored.",
                body: Self.textBody,
                answers: [
                    .json(200, "What there is to say.", .named("Validation")), .refusal(413, "The text is too large."),
                ])
        ) { [services] call in
            try .json(Submission(compiler: services.dependencies.compiler).validate(try await call.definition()))
        }
    }

    private var list: Route {
        Route(
            .get, "/api/v1/jobs",
            .init(
                name: "listJobs", summary: "Lists jobs, newest first.",
                query: [
                    .init(name: "state", description: "States, comma-separated, such as `running,submitted`."),
                    .init(name: "health", description: "Healths, comma-separated, such as `incomplete,canceled`."),
                    .init(name: "type", description: "A device type."),
                    .init(name: "board", description: "The board that a job runs or ran on."),
                    .init(name: "submitter", description: "Who submitted."),
                    .init(
                        name: "group", description: "The jobs of one group, by the number of its first.",
                        schema: .integer),
                    .init(name: "limit", description: "1 to 1000; 50 if not given.", schema: .integer),
                    .init(name: "offset", description: "How many to skip.", schema: .integer),
                ],
                answers: [.json(200, "A page of jobs.", .named("JobList"))])
        ) { [services] call in
            let query = JobQuery(
                states: try call.query.choices("state", named: \JobState.name),
                healths: try call.query.choices("health", named: \JobHealth.name),
                deviceType: call.query.text("type").map { DeviceTypeName(rawValue: $0) },
                board: call.query.text("board").map { BoardName(rawValue: $0) },
                submitter: call.query.text("submitter"),
                group: try call.query.integer("group", in: 1...Int64.max).map { JobID(rawValue: $0) },
                limit: Int(try call.query.integer("limit", in: 1...1000) ?? 50),
                offset: Int(try call.query.integer("offset", in: 0...Int64(Int32.max)) ?? 0))
            let jobs = try await services.store.jobs(query)
            return try .json(
                JobList(jobs: jobs.map { JobInfo($0) }, total: try await services.store.jobCount(query)))
        }
    }

    private var show: Route {
        Route(
            .get, "/api/v1/jobs/{id}",
            .init(
                name: "getJob", summary: "Shows one job, with why it waits and how its test cases ended.",
                answers: [.json(200, "The job.", .named("JobInfo")), .notFound])
        ) { [services] call in
            try .json(try await services.info(try await services.record(try call.job())))
        }
    }

    private var definition: Route {
        Route(
            .get, "/api/v1/jobs/{id}/definition",
            .init(
                name: "getJobDefinition", summary: "The job's text as it was submitted.",
                answers: [
                    .init(status: 200, description: "The text.", contents: ["text/yaml": .string]), .notFound,
                ])
        ) { [services] call in
            let id = try call.job()
            guard let text = try await services.store.definition(of: id) else {
                throw APIError.notFound("there is no job \(id)")
            }
            return .text(text, type: "text/yaml; charset=utf-8")
        }
    }

    private var cancel: Route {
        Route(
            .post, "/api/v1/jobs/{id}/cancel",
            .init(
                name: "cancelJob",
                summary: "Cancels a job, waiting or running. A job that has already ended stays as it is.",
                body: .init(contents: ["application/json": .named("CancelRequest")], isRequired: false),
                answers: [.json(200, "The job after it.", .named("JobInfo")), .notFound])
        ) { [services] call in
            let id = try call.job()
            let request = try await call.json(CancelRequest.self, keys: ["reason"])
            let reason = request?.reason.map { String($0.prefix(500)) }
            guard try await services.control.cancel(id, by: call.user, reason: reason) != nil else {
                throw APIError.notFound("there is no job \(id)")
            }
            return try .json(try await services.info(try await services.record(id)))
        }
    }

    private var results: Route {
        Route(
            .get, "/api/v1/jobs/{id}/results",
            .init(
                name: "getJobResults", summary: "Every test case of a job, and every power cut.",
                answers: [.json(200, "What there is so far.", .named("JobResults")), .notFound])
        ) { [services] call in
            let id = try await services.record(try call.job()).id
            let results = try await services.store.results(of: id)
            let cuts = try await services.store.powerCuts(of: id)
            return try .json(
                JobResults(
                    job: id.rawValue, results: results.map { ResultInfo($0) },
                    powerCuts: cuts.map { PowerCutInfo($0) }))
        }
    }
}
