import Hummingbird
import LabModel
import LabWire

/// The boards of the lab and their power.
struct BoardRoutes {
    var services: APIServices

    var routes: [Route] { [list, show, power, health] }

    private var list: Route {
        Route(
            .get, "/api/v1/boards",
            .init(
                name: "listBoards", summary: "All boards, in the order of the configuration.",
                answers: [.json(200, "The boards.", .named("BoardList"))])
        ) { [services] _ in
            let order = services.dependencies.boards.names
            let position = Dictionary(zip(order, order.indices), uniquingKeysWith: { first, _ in first })
            let boards = try await services.store.boards().sorted {
                (position[$0.name] ?? .max, $0.name) < (position[$1.name] ?? .max, $1.name)
            }
            var list = BoardList(boards: [])
            for board in boards { list.boards.append(await services.info(board)) }
            return try .json(list)
        }
    }

    private var show: Route {
        Route(
            .get, "/api/v1/boards/{name}",
            .init(
                name: "getBoard", summary: "Shows one board.",
                answers: [.json(200, "The board.", .named("BoardInfo")), .notFound])
        ) { [services] call in
            try .json(await services.info(try await services.board(call.name())))
        }
    }

    private var power: Route {
        Route(
            .post, "/api/v1/boards/{name}/power",
            .init(
                name: "switchBoardPower", summary: "Switches a board that no job holds.",
                body: .init(contents: ["application/json": .named("PowerRequest")]),
                answers: [
                    .json(200, "The board after it.", .named("BoardInfo")), .notFound,
                    .refusal(409, "A job holds the board."),
                ])
        ) { [services] call in
            guard let request = try await call.json(PowerRequest.self, keys: ["change"]) else {
                throw APIError.badRequest("the body is missing", advice: "send {\"change\": \"cycle\"}")
            }
            guard let change = PowerChange(rawValue: request.change.lowercased()) else {
                throw APIError.badRequest("`\(request.change.prefix(40))` is neither on, off nor cycle")
            }
            let board = try await services.board(call.name())
            try await services.conflicting { () throws(Failure) in
                _ = try await services.control.power(board.name, change, by: call.user)
            }
            return try .json(await services.info(try await services.board(call.name())))
        }
    }

    private var health: Route {
        Route(
            .post, "/api/v1/boards/{name}/health",
            .init(
                name: "setBoardHealth", summary: "Says how far a board is trusted.",
                body: .init(contents: ["application/json": .named("HealthRequest")]),
                answers: [.json(200, "The board after it.", .named("BoardInfo")), .notFound])
        ) { [services] call in
            guard let request = try await call.json(HealthRequest.self, keys: ["health", "reason"]) else {
                throw APIError.badRequest("the body is missing", advice: "send {\"health\": \"Maintenance\"}")
            }
            let wanted = request.health.lowercased()
            guard let health = BoardHealth.allCases.first(where: { $0.name.lowercased() == wanted }) else {
                let known = BoardHealth.allCases.map(\.name).joined(separator: ", ")
                throw APIError.badRequest(
                    "`\(request.health.prefix(40))` is not a health", advice: "known are \(known)")
            }
            let board = try await services.board(call.name())
            let reason = request.reason.flatMap { $0.isEmpty ? nil : String($0.prefix(500)) }
            try await services.store.setHealth(health, of: board.name, reason: reason)
            // A board that is trusted again may be what a waiting job waits for.
            await services.control.jobWasSubmitted()
            return try .json(await services.info(try await services.board(call.name())))
        }
    }
}

extension APIServices {
    /// - Throws: 404 when there is no such board.
    func board(_ name: String) async throws -> BoardRecord {
        guard let record = try await store.boards().first(where: { $0.name.rawValue == name }) else {
            throw APIError.notFound(
                "there is no board `\(name.prefix(100))`",
                advice: "`lablctl boards` lists them; over HTTP: GET /api/v1/boards")
        }
        return record
    }

    func info(_ record: BoardRecord) async -> BoardInfo {
        let board = dependencies.boards.board(record.name)
        var info = BoardInfo(record, definition: board?.definition)
        info.powerReport = await board?.power.report().map { PowerReportInfo($0) }
        let lines = board?.lines.keys.sorted() ?? []
        info.lines = lines.isEmpty ? nil : lines
        return info
    }

    /// Runs what the lab refuses with `job` while a job holds the board: that is a conflict here.
    func conflicting(_ action: () async throws(Failure) -> Void) async throws {
        do {
            try await action()
        } catch {
            guard error.type == .job else { throw error }
            throw APIError(.conflict, error)
        }
    }
}
