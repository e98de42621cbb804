import Hummingbird
import LabModel
import LabWire

/// Who waits, and why.
struct QueueRoutes {
    var services: APIServices

    var routes: [Route] { [queue] }

    private var queue: Route {
        Route(
            .get, "/api/v1/queue",
            .init(
                name: "getQueue", summary: "Lists waiting jobs in the order of their turns, with why each waits.",
                query: [.init(name: "limit", description: "1 to 1000; 100 if not given.", schema: .integer)],
                answers: [.json(200, "The queue.", .named("QueueInfo"))])
        ) { [services] call in
            let limit = Int(try call.query.integer("limit", in: 1...1000) ?? 100)
            return try .json(QueueInfo(try await services.control.queue(limit: limit)))
        }
    }
}
