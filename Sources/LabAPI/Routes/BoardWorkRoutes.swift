import Hummingbird
import LabModel
import LabWire

/// What people do to a board by hand besides switching its power: press its buttons, prove it.
struct BoardWorkRoutes {
    var services: APIServices

    var routes: [Route] { [press, qualify, inspect] }

    private var press: Route {
        Route(
            .post, "/api/v1/boards/{name}/lines/{line}",
            .init(
                name: "pressBoardLine", summary: "Presses a pin or a button of a board that no job holds.",
                body: .init(contents: ["application/json": .named("LineRequest")]),
                answers: [
                    .json(200, "The board after it.", .named("BoardInfo")), .notFound,
                    .refusal(409, "A job holds the board, or it has no such line."),
                ])
        ) { [services] call in
            guard let request = try await call.json(LineRequest.self, keys: ["change", "seconds"]) else {
                throw APIError.badRequest("the body is missing", advice: "send {\"change\": \"press\"}")
            }
            let change = try Self.change(request)
            let board = try await services.board(call.name())
            let line = call.parameter("line")
            try await services.conflicting { () throws(Failure) in
                try await services.control.press(line, of: board.name, change, by: call.caller)
            }
            return try .json(await services.info(try await services.board(call.name())))
        }
    }

    private var qualify: Route {
        Route(
            .post, "/api/v1/boards/{name}/qualify",
            .init(
                name: "qualifyBoard",
                summary: "Boots a board that no job holds again and again, and sets its health by what came of it.",
                body: .init(contents: ["application/json": .named("QualifyRequest")]),
                answers: [
                    .json(200, "What came of it; the board is off.", .named("QualificationInfo")), .notFound,
                    .refusal(409, "A job holds the board."),
                ])
        ) { [services] call in
            guard let body = try await call.json(QualifyRequest.self, keys: ["boots", "marker", "within"]) else {
                throw APIError.badRequest("the body is missing", advice: "send {\"boots\": 20}")
            }
            let request = try Self.qualification(body)
            let board = try await services.board(call.name())
            var report = QualificationReport(wanted: request.boots)
            try await services.conflicting { () throws(Failure) in
                report = try await services.control.qualify(board.name, request, by: call.caller)
            }
            return try .json(QualificationInfo(report))
        }
    }

    private var inspect: Route {
        Route(
            .post, "/api/v1/boards/{name}/inspect",
            .init(
                name: "inspectBoard",
                summary: "Holds a board that no job holds against its file and its type.",
                answers: [
                    .json(200, "What was found; the board is off.", .named("InspectionInfo")), .notFound,
                    .refusal(409, "A job holds the board."),
                ])
        ) { [services] call in
            let board = try await services.board(call.name())
            var report = InspectionReport()
            try await services.conflicting { () throws(Failure) in
                report = try await services.control.inspect(board.name, by: call.caller)
            }
            return try .json(InspectionInfo(report))
        }
    }

    private static func change(_ request: LineRequest) throws -> LineChange {
        switch (request.change.lowercased(), request.seconds) {
        case ("press", nil): return .press(nil)
        case ("press", let seconds?):
            guard seconds > 0, seconds <= 60 else { throw APIError.badRequest("`seconds` must be from 0 to 60") }
            return .press(.microseconds(Int64(seconds * 1_000_000)))
        case ("hold", nil): return .hold
        case ("release", nil): return .release
        case ("hold", _), ("release", _): throw APIError.badRequest("only a `press` has `seconds`")
        default: throw APIError.badRequest("`\(request.change.prefix(40))` is neither press, hold nor release")
        }
    }

    private static func qualification(_ body: QualifyRequest) throws -> BoardQualification {
        var request = BoardQualification()
        if let boots = body.boots {
            let range = BoardQualification.bootsRange
            guard range.contains(boots) else {
                throw APIError.badRequest("`boots` must be from \(range.lowerBound) to \(range.upperBound)")
            }
            request.boots = boots
        }
        if let marker = body.marker {
            guard !marker.isEmpty, marker.utf8.count <= 1000, !marker.contains(where: \.isNewline) else {
                throw APIError.badRequest("`marker` must be one line of at most 1000 bytes")
            }
            request.marker = marker
        }
        if let within = body.within {
            guard within > 0, within <= 3600 else { throw APIError.badRequest("`within` must be from 0 to 3600") }
            request.within = .milliseconds(Int64(within * 1000))
        }
        return request
    }
}
