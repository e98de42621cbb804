import Hummingbird
import LabModel
import LabWire

/// The boards of the lab and their power.
struct BoardRoutes {
    var services: APIServices

    var routes: [Route] { [list, reload, show, power, health] }

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
            let trends = try await services.boardTrends()
            for board in boards {
                list.boards.append(await services.info(board))
                list.boards[list.boards.count - 1].add(trends[board.name])
            }
            let problems = services.dependencies.boardFiles?.problems ?? []
            if !problems.isEmpty { list.problems = problems.map { DiagnosticInfo($0) } }
            list.folder = services.dependencies.boardFiles?.folder
            let pauses = await services.dependencies.upkeep?.status().pauses ?? []
            if !pauses.isEmpty { list.pauses = pauses.map { PauseInfo($0) } }
            return try .json(list)
        }
    }

    private var reload: Route {
        Route(
            .post, "/api/v1/boards/reload",
            .init(
                name: "reloadBoards",
                summary: "Reads the board files and device types at once, instead of when a change is noticed.",
                answers: [
                    .json(200, "What came of it.", .named("BoardReloadInfo")), .refusal(409, "labd is about to stop."),
                ])
        ) { [services] _ in
            guard let files = services.dependencies.boardFiles else { return try .json(BoardReloadInfo()) }
            var info = BoardReloadInfo()
            info.changes = try await files.reload().map { BoardChangeInfo($0) }
            for board in try await services.store.boards() {
                let board = await services.info(board)
                if board.pending != nil { info.waiting.append(board) }
            }
            info.problems = files.problems.map { DiagnosticInfo($0) }
            return try .json(info)
        }
    }

    private var show: Route {
        Route(
            .get, "/api/v1/boards/{name}",
            .init(
                name: "getBoard", summary: "Shows one board.",
                answers: [.json(200, "The board.", .named("BoardInfo")), .notFound])
        ) { [services] call in
            let board = try await services.board(call.name())
            var info = await services.info(board)
            info.add(try await services.boardTrends()[board.name])
            return try .json(info)
        }
    }

    private var power: Route {
        Route(
            .post, "/api/v1/boards/{name}/power",
            .init(
                name: "switchBoardPower",
                summary:
                    "Switches a board that nobody else holds; one that nobody holds is the caller's when it is on.",
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
                _ = try await services.control.power(board.name, change, by: call.caller)
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
            if let leases = services.dependencies.leases {
                try await leases.setHealth(health, of: board.name, reason: reason, caller: call.caller)
            } else {
                try await services.store.setHealth(health, of: board.name, reason: reason)
            }
            // A board that is trusted again may be what a waiting job waits for.
            await services.control.jobWasSubmitted()
            return try .json(await services.info(try await services.board(call.name())))
        }
    }
}

extension APIServices {
    /// All boards as people and the queue see them.
    func boards() async throws -> [BoardRecord] {
        try await store.boards().map { $0.regarding(dependencies.boards.standing($0.name)) }
    }

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
        let standing = dependencies.boards.standing(record.name)
        var info = BoardInfo(record.regarding(standing), definition: standing.definition ?? board?.definition)
        info.add(standing)
        if let lease = record.reservation {
            info.lease = LeaseInfo(
                lease, remaining: await dependencies.leases?.remaining(lease) ?? .zero)
        }
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
