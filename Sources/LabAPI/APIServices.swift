import Hummingbird
import LabModel
import LabWire

/// What the routes share.
struct APIServices: Sendable {
    var facts: DaemonFacts
    var dependencies: LabAPIDependencies
    var addresses = ListeningAddresses()
    var streams: EventStreams
    let pages: LogPages
    let trends = BoardTrendCache()

    init(configuration: LabAPIConfiguration, dependencies: LabAPIDependencies) {
        facts = configuration.facts
        self.dependencies = dependencies
        pages = LogPages(logs: dependencies.logs)
        streams = EventStreams(slots: StreamSlots(limit: configuration.streamLimit), clock: dependencies.clock)
    }

    var store: any Store { dependencies.store }
    var control: any LabControl { dependencies.control }

    /// Every route of the API.
    var table: RouteTable {
        var table = RouteTable(
            routes: JobRoutes(services: self).routes + QueueRoutes(services: self).routes
                + LogRoutes(services: self).routes
                + EventRoutes(services: self).routes + BoardRoutes(services: self).routes
                + PowerPathRoutes(services: self).routes + BoardWorkRoutes(services: self).routes
                + DiscoveryRoutes(services: self).routes + LeaseRoutes(services: self).routes
                + BoardLogRoutes(services: self).routes
                + ConsoleRoutes(services: self).routes + PowerCutRoutes(services: self).routes
                + RecordingRoutes(services: self).routes + TwinRoutes(services: self).routes
                + DeviceTypeRoutes(services: self).routes
                + HistoryRoutes(services: self).routes + ExplanationRoutes(services: self).routes
                + SystemRoutes(services: self).routes + OperationRoutes(services: self).routes
                + ScheduleRoutes(services: self).routes)
        table.routes.append(OpenAPIDocument.route(for: table, version: facts.version))
        return table
    }

    /// The router of one listener.
    func router(guarding: AccessMiddleware.Guard) -> Router<LabRequestContext> {
        let table = table
        let router = Router(context: LabRequestContext.self)
        router.addMiddleware {
            RequestLogMiddleware(clock: dependencies.clock, logger: dependencies.logger)
            ErrorMiddleware(routes: table)
            AccessMiddleware(guarding: guarding, routes: table)
        }
        table.register(in: router)
        return router
    }

    /// - Throws: 404 when there is no such job.
    func record(_ id: JobID) async throws -> JobRecord {
        guard let record = try await store.job(id) else {
            throw APIError.notFound(
                "there is no job \(id)", advice: "`lablctl jobs` lists them; over HTTP: GET /api/v1/jobs")
        }
        return record
    }

    /// A job with what only the view of one job tells.
    func info(_ record: JobRecord) async throws -> JobInfo {
        let waiting = record.state == .submitted ? try await control.waitingReason(record.id) : nil
        var info = JobInfo(record, waiting: waiting, results: ResultCounts(try await store.results(of: record.id)))
        if record.state == .finished, record.holdOnFailure != nil, let leases = dependencies.leases {
            let kept = try await leases.reservations().first { $0.job == record.id && $0.ending == nil }
            if let kept { info.hold = LeaseInfo(kept, remaining: await leases.remaining(kept)) }
        }
        if let group = record.group?.group {
            let members = try await store.jobs(JobQuery(group: group, limit: 1000))
            info.group?.jobs = members.sorted { $0.id < $1.id }.map { GroupJobInfo($0) }
        }
        info.pinned = try await dependencies.retention?.pinned(record.id).map { PinInfo($0) }
        return info
    }
}
