import Hummingbird
import LabModel
import LabWire

/// What the lab has seen: outcomes of test cases, what changed between builds, what boards have been through.
struct HistoryRoutes {
    var services: APIServices

    var routes: [Route] { [cases, flaky, regressions, board] }

    private static let day = Int64(86_400)

    private static let filters: [Route.Parameter] = [
        .init(name: "suite", description: "A suite, with its number or without: `0_smoke` or `smoke`."),
        .init(name: "type", description: "A device type."),
        .init(name: "job", description: "The name of the job."),
    ]

    private static func limit(_ standard: Int) -> Route.Parameter {
        .init(name: "limit", description: "1 to 1000; \(standard) if not given.", schema: .integer)
    }

    private static let within = Route.Parameter(
        name: "within", description: "Changes of the last so many seconds; a week if not given.", schema: .integer)

    private var cases: Route {
        Route(
            .get, "/api/v1/history/cases",
            .init(
                name: "getCaseHistory", summary: "The last outcomes of one test case, newest first.",
                query: [.init(name: "name", description: "The test case. It must be given.")] + Self.filters + [
                    .init(name: "board", description: "A board."), Self.limit(50),
                ],
                answers: [
                    .json(200, "The outcomes; none for a case that was never seen.", .named("CaseHistory")),
                    .refusal(400, "`name` is missing."),
                ])
        ) { [services] call in
            guard let name = call.query.text("name") else {
                throw APIError.badRequest("`name` is missing", advice: "name the test case: ?name=boot-time")
            }
            let query = CaseQuery(
                name: name, suite: call.query.text("suite"), job: call.query.text("job"),
                deviceType: call.query.text("type").map { DeviceTypeName(rawValue: $0) },
                board: call.query.text("board").map { BoardName(rawValue: $0) },
                limit: Int(try call.query.integer("limit", in: 1...1000) ?? 50))
            let found = try await services.history().outcomes(query)
            return .text(CaseHistoryText.encode(found, name: name), type: "application/json")
        }
    }

    private var flaky: Route {
        Route(
            .get, "/api/v1/history/flaky",
            .init(
                name: "listFlakyCases",
                summary: "Test cases that passed and failed on the same build, in jobs of one name on one device type.",
                query: [Self.within] + Self.filters + [Self.limit(50)],
                answers: [.json(200, "The surest first.", .named("FlakyList"))])
        ) { [services] call in
            let report = try await services.history().flaky(try query(call))
            return try .json(
                FlakyList(
                    cases: report.items.map { FlakyCaseInfo($0) }, total: report.total, results: report.results,
                    withoutBuild: report.withoutBuild, cut: report.isCut))
        }
    }

    private var regressions: Route {
        Route(
            .get, "/api/v1/history/regressions",
            .init(
                name: "listRegressions",
                summary: "Test cases that fail since a build and passed before, and those that pass since one.",
                query: [Self.within] + Self.filters + [Self.limit(50)],
                answers: [.json(200, "Regressions first, the newest first.", .named("ChangeList"))])
        ) { [services] call in
            let report = try await services.history().changes(try query(call))
            return try .json(
                ChangeList(
                    changes: report.items.map { CaseChangeInfo($0) }, total: report.total, results: report.results,
                    withoutBuild: report.withoutBuild, cut: report.isCut))
        }
    }

    private func query(_ call: Call) throws(APIError) -> ChangeQuery {
        let within = try call.query.integer("within", in: 1...3650 * Self.day) ?? 7 * Self.day
        let now = services.dependencies.clock.wall().nanoseconds
        return ChangeQuery(
            since: WallTime(nanoseconds: now - within * 1_000_000_000), suite: call.query.text("suite"),
            deviceType: call.query.text("type").map { DeviceTypeName(rawValue: $0) }, job: call.query.text("job"),
            limit: Int(try call.query.integer("limit", in: 1...1000) ?? 50))
    }

    private var board: Route {
        Route(
            .get, "/api/v1/history/boards/{name}",
            .init(
                name: "getBoardHistory",
                summary: "What a board has been through: its last runs, boot times, failures, changes of health.",
                query: [Self.limit(20)],
                answers: [.json(200, "Its history.", .named("BoardHistoryInfo")), .notFound])
        ) { [services] call in
            let history = try services.history()
            let board = try await services.board(call.name())
            let limit = Int(try call.query.integer("limit", in: 1...1000) ?? 20)
            let runs = try await history.runs(on: board.name, limit: limit)
            let trend =
                try await services.boardTrends(isForOne: true)[board.name]
                ?? BoardTrend(lately: BoardFigures([]), long: BoardFigures([]), others: nil, signs: [])
            let changes = try await history.healthChanges(of: board.name, limit: limit)
            return try .json(
                BoardHistoryInfo(
                    board: board.name.rawValue, type: board.type.rawValue, trend: BoardTrendInfo(trend),
                    runs: runs.map { BoardRunInfo($0) }, healthChanges: changes.map { HealthChangeInfo($0) }))
        }
    }
}
