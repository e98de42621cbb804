import Hummingbird
import LabModel
import LabWire

/// What happened to a board: its leases and its health, with who and why.
struct BoardLogRoutes {
    var services: APIServices

    var routes: [Route] { [log] }

    private var log: Route {
        Route(
            .get, "/api/v1/boards/{name}/log",
            .init(
                name: "getBoardLog", summary: "What happened to a board's leases and health, newest first.",
                query: [
                    .init(
                        name: "kind", description: "`leases` or `health`; both if not given.",
                        schema: .choice(["leases", "health"])),
                    .init(name: "limit", description: "1 to 1000; 50 if not given.", schema: .integer),
                ],
                answers: [.json(200, "The log.", .named("BoardLogPage")), .notFound])
        ) { [services] call in
            let kinds: Set<LabEvent.Kind>? =
                switch call.query.text("kind") {
                case nil: nil
                case "leases": LabEvent.Kind.leases
                case "health": [.boardHealth]
                case .some(let text):
                    throw APIError.badRequest("`kind=\(text.prefix(40))` is neither leases nor health")
                }
            let limit = Int(try call.query.integer("limit", in: 1...1000) ?? 50)
            let board = try await services.board(call.name())
            let entries = try await services.lender().boardLog(of: board.name, kinds: kinds, limit: limit)
            return try .json(BoardLogPage(board: board.name.rawValue, entries: entries.map { BoardLogLine($0) }))
        }
    }
}
