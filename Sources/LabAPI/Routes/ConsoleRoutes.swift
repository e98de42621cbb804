import Foundation
import Hummingbird
import LabModel
import LabWire

/// Watching a board's console, and typing at it.
struct ConsoleRoutes {
    var services: APIServices

    var routes: [Route] { [watch, type] }

    /// The longest text typed with one request, in bytes.
    static let typingLimit = 4 << 10

    private var watch: Route {
        Route(
            .get, "/api/v1/boards/{name}/console",
            .init(
                name: "watchConsole", summary: "A board's console as a stream of base64 pieces.",
                query: [
                    .init(
                        name: "offset",
                        description: "Where to begin, in bytes; from the end back when negative; the end if not given.",
                        schema: .integer)
                ],
                answers: [.stream("Events `bytes` and `lost`."), .notFound])
        ) { [services] call in
            let record = try await services.board(call.name())
            guard let board = services.dependencies.boards.board(record.name) else {
                throw APIError.notFound("the board `\(record.name)` is not connected to this daemon")
            }
            let console = board.console
            let start = Self.start(try Self.offset(call), end: await console.end().rawValue)
            return try services.streams.response(
                to: call, state: (), sources: { [await console.bytes(from: ConsoleOffset(rawValue: start))] },
                tell: { _, wake, output in
                    if case .signal(let chunk) = wake { try await output.send(Self.events(of: chunk)) }
                    return .wait
                })
        }
    }

    private var type: Route {
        Route(
            .post, "/api/v1/boards/{name}/console",
            .init(
                name: "typeAtConsole", summary: "Types UTF-8 text at the console of a board that no job holds.",
                body: .init(contents: ["application/octet-stream": .string]),
                answers: [
                    .init(status: 204, description: "It was typed."), .notFound,
                    .refusal(409, "A job holds the board."), .refusal(413, "More than 4 KiB at once."),
                ])
        ) { [services] call in
            let board = try await services.board(call.name())
            let text = try await call.text(upTo: Self.typingLimit)
            try await services.conflicting { () throws(Failure) in
                if !text.isEmpty { try await services.control.type(text, at: board.name, by: call.caller) }
            }
            return Response(status: .noContent)
        }
    }

    private static func offset(_ call: Call) throws(APIError) -> Int64? {
        if call.request.headers[.lastEventID] != nil { return try call.resumeOffset("offset") }
        return try call.query.integer("offset", in: Int64.min...Int64.max)
    }

    /// Turns what was asked for into a place that the console has. A console that was opened again since begins
    /// anew, so an offset beyond its end means its end.
    static func start(_ offset: Int64?, end: UInt64) -> UInt64 {
        guard let offset else { return end }
        if offset >= 0 { return min(UInt64(offset), end) }
        return end - min(offset.magnitude, end)
    }

    static func events(of chunk: ConsoleChunk) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        if chunk.lost > 0 {
            events.append(
                ServerSentEvent(
                    id: String(chunk.offset.rawValue), event: StreamEvent.lost, data: String(chunk.lost)))
        }
        if !chunk.bytes.isEmpty {
            let end = chunk.offset.rawValue + UInt64(chunk.bytes.count)
            events.append(
                ServerSentEvent(
                    id: String(end), event: StreamEvent.bytes, data: Data(chunk.bytes).base64EncodedString()))
        }
        return events
    }
}
