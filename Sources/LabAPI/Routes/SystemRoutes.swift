import Hummingbird
import LabModel
import LabWire

/// The daemon itself.
struct SystemRoutes {
    var services: APIServices

    var routes: [Route] { [system, health] }

    private var system: Route {
        Route(
            .get, "/api/v1/system",
            .init(
                name: "getSystem", summary: "What this daemon is, where it listens and what it is doing.",
                answers: [.json(200, "The daemon.", .named("SystemInfo"))])
        ) { [services] _ in
            let facts = services.facts
            let running = JobQuery(states: [.scheduling, .scheduled, .running, .canceling])
            return try .json(
                SystemInfo(
                    version: facts.version, epoch: facts.epoch.rawValue,
                    api: services.addresses.all.map(\.description), state: facts.state, log: facts.log,
                    boards: try await services.store.boards().count,
                    queued: try await services.store.jobCount(JobQuery(states: [.submitted])),
                    running: try await services.store.jobCount(running), started: facts.started.iso8601))
        }
    }

    private var health: Route {
        Route(
            .get, "/healthz",
            .init(
                name: "getHealth", summary: "Whether the daemon answers.",
                answers: [.init(status: 200, description: "It does.", contents: ["text/plain": .string])],
                needsToken: false)
        ) { _ in
            .text("ok\n", type: "text/plain; charset=utf-8")
        }
    }
}

extension OpenAPIDocument {
    /// The route of the document that describes `table` and this route itself.
    static func route(for table: RouteTable, version: String) -> Route {
        let documentation = Route.Documentation(
            name: "getOpenAPI", summary: "This document.",
            answers: [.json(200, "An OpenAPI 3.1 document.", .anything)])
        let path = "/api/v1/openapi.json"
        var described = table
        described.routes.append(Route(.get, path, documentation) { _ in Response(status: .ok) })
        let document = OpenAPIDocument(table: described, version: version).value
        return Route(.get, path, documentation) { _ in try .json(document) }
    }
}
