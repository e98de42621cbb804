import Hummingbird
import LabModel
import LabWire

/// Operating the lab: how it stands, draining it, what it forgets.
struct OperationRoutes {
    var services: APIServices

    var routes: [Route] { [status, drain, resume, showRetention, runRetention, pin, unpin] }

    private var status: Route {
        Route(
            .get, "/api/v1/status",
            .init(
                name: "getStatus", summary: "The lab on one screen.",
                answers: [.json(200, "How it stands.", .named("StatusInfo"))])
        ) { [services] _ in
            try .json(try await services.status())
        }
    }

    private var drain: Route {
        Route(
            .post, "/api/v1/drain",
            .init(
                name: "drainLab", summary: "Starts nothing new from now on; what runs goes on.",
                body: .init(contents: ["application/json": .named("DrainRequest")], isRequired: false),
                answers: [.json(200, "How the lab stands.", .named("StatusInfo"))])
        ) { [services] call in
            let request = try await call.json(DrainRequestInfo.self, keys: ["reason", "acrossRestart"])
            let reason = request?.reason.flatMap { $0.isEmpty ? nil : String($0.prefix(500)) }
            try await services.upkeep().drain(
                DrainRequest(reason: reason, acrossRestart: request?.acrossRestart ?? false), by: call.user)
            return try .json(try await services.status())
        }
    }

    private var resume: Route {
        Route(
            .post, "/api/v1/resume",
            .init(
                name: "resumeLab", summary: "Ends a drain.",
                answers: [
                    .json(200, "How the lab stands.", .named("StatusInfo")),
                    .refusal(409, "The lab is not being drained."),
                ])
        ) { [services] call in
            guard try await services.upkeep().resume(by: call.user) else {
                let others = try await services.upkeep().status().pauses.map(\.text)
                throw APIError(
                    .conflict, .badRequest, "the lab is not being drained",
                    advice: others.isEmpty
                        ? nil
                        : "the queue stands still for another reason: "
                            + others.joined(separator: "; "))
            }
            return try .json(try await services.status())
        }
    }

    private var showRetention: Route {
        Route(
            .get, "/api/v1/retention",
            .init(
                name: "getRetention", summary: "What the policy of retention would remove now.",
                answers: [
                    .json(200, "That.", .named("RetentionInfo")), .refusal(409, "Retention is at work just now."),
                ])
        ) { [services] _ in
            try .json(RetentionInfo(try await services.retention(dryRun: true)))
        }
    }

    private var runRetention: Route {
        Route(
            .post, "/api/v1/retention",
            .init(
                name: "runRetention", summary: "Removes what the policy of retention lets go, now.",
                answers: [
                    .json(200, "What was removed.", .named("RetentionInfo")),
                    .refusal(409, "Retention is at work just now, or a backup is made."),
                ])
        ) { [services] _ in
            try .json(RetentionInfo(try await services.retention(dryRun: false)))
        }
    }

    private var pin: Route {
        Route(
            .post, "/api/v1/jobs/{id}/pin",
            .init(
                name: "pinJob",
                summary: "Keeps a job and all that belongs to it, whatever the policy of retention says.",
                answers: [.json(200, "The job.", .named("JobInfo")), .notFound, .refusal(409, "It is being removed.")])
        ) { [services] call in
            try await services.pin(call, true)
        }
    }

    private var unpin: Route {
        Route(
            .post, "/api/v1/jobs/{id}/unpin",
            .init(
                name: "unpinJob", summary: "Lets the policy of retention have a job again.",
                answers: [.json(200, "The job.", .named("JobInfo")), .notFound])
        ) { [services] call in
            try await services.pin(call, false)
        }
    }
}

extension APIServices {
    /// - Throws: 422 in a lab that nobody looks after.
    func upkeep() throws -> any LabUpkeep {
        guard let upkeep = dependencies.upkeep else {
            throw APIError(.unprocessableContent, Failure(.configuration, "this lab looks after nothing"))
        }
        return upkeep
    }

    fileprivate func retention(dryRun: Bool) async throws -> RetentionReport {
        var report: RetentionReport?
        let upkeep = try upkeep()
        try await conflicting { () throws(Failure) in report = try await upkeep.retention(dryRun: dryRun) }
        guard let report else { throw APIError.internalError }
        return report
    }

    fileprivate func pin(_ call: Call, _ isPinned: Bool) async throws -> Response {
        let job = try await record(try call.job())
        guard let book = dependencies.retention else {
            throw APIError(.unprocessableContent, Failure(.configuration, "this lab removes nothing"))
        }
        try await conflicting { () throws(Failure) in try await book.pin(job.id, isPinned, by: call.user) }
        return try .json(try await info(job))
    }

    fileprivate func status() async throws -> StatusInfo {
        let upkeep = await dependencies.upkeep?.status() ?? UpkeepStatus()
        let boards = try await boards()
        let schedules = try await dependencies.schedules?.schedules() ?? []
        let due = schedules.filter { !$0.isPaused && $0.next != nil }.sorted {
            ($0.next?.nanoseconds ?? .max, $0.name) < ($1.next?.nanoseconds ?? .max, $1.name)
        }
        let uptime = dependencies.clock.wall().nanoseconds - facts.started.nanoseconds
        return StatusInfo(
            version: facts.version, epoch: facts.epoch.rawValue, started: facts.started.iso8601,
            uptime: Duration.nanoseconds(max(0, uptime)).inSeconds,
            queued: try await store.jobCount(JobQuery(states: [.submitted])),
            running: try await store.jobCount(JobQuery(states: [.scheduling, .scheduled, .running, .canceling])),
            boards: StatusInfo.BoardCounts(boards), leases: boards.count { $0.state != .idle },
            disk: upkeep.disk.map { DiskInfo($0) }, pauses: upkeep.pauses.map { PauseInfo($0) },
            drain: upkeep.drain.map { DrainInfo($0) }, schedules: due.prefix(5).map { ScheduleInfo($0) },
            scheduleCount: schedules.count, retention: upkeep.retention.map { RetentionInfo($0) })
    }
}
