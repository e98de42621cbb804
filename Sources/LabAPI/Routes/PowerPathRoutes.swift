import Hummingbird
import LabModel
import LabWire

/// Measuring how a board's power goes away.
struct PowerPathRoutes {
    var services: APIServices

    var routes: [Route] { [measure] }

    private var measure: Route {
        Route(
            .post, "/api/v1/boards/{name}/measure-power",
            .init(
                name: "measureBoardPower",
                summary: "Cuts the power of a board that no job holds again and again, and stores how it goes away.",
                body: .init(contents: ["application/json": .named("MeasurePowerRequest")]),
                answers: [
                    .json(200, "The board after it, off.", .named("BoardInfo")), .notFound,
                    .refusal(409, "A job holds the board."),
                ])
        ) { [services] call in
            guard let body = try await call.json(MeasurePowerRequest.self, keys: ["times", "prompt", "run"]) else {
                throw APIError.badRequest("the body is missing", advice: "send {\"times\": 20}")
            }
            let request = try Self.measurement(body)
            let board = try await services.board(call.name())
            try await services.conflicting { () throws(Failure) in
                _ = try await services.control.measurePower(board.name, request, by: call.caller)
            }
            return try .json(await services.info(try await services.board(call.name())))
        }
    }

    private static func measurement(_ body: MeasurePowerRequest) throws -> PowerMeasurement {
        let measurement = PowerMeasurement(times: body.times ?? 20, prompt: body.prompt, run: body.run)
        guard PowerMeasurement.timesRange.contains(measurement.times) else {
            let range = PowerMeasurement.timesRange
            throw APIError.badRequest("`times` must be from \(range.lowerBound) to \(range.upperBound)")
        }
        for (key, text) in [("prompt", body.prompt), ("run", body.run)] {
            guard let text else { continue }
            guard !text.isEmpty, text.utf8.count <= 1000, !text.contains(where: \.isNewline) else {
                throw APIError.badRequest("`\(key)` must be one line of at most 1000 bytes")
            }
        }
        guard body.prompt == nil || body.run != nil else {
            throw APIError.badRequest("`prompt` needs `run`", advice: "name what is to be typed at the prompt")
        }
        return measurement
    }
}
