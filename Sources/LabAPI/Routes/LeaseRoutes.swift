import Hummingbird
import LabModel
import LabWire

/// Boards that people hold: who has which, and how to get one and give it back.
struct LeaseRoutes {
    var services: APIServices

    var routes: [Route] { [list, reserve, wait, extend, release, handOver, kick, keepAlive] }

    private static let wishBody = Route.Body(contents: ["application/json": .named("LeaseRequest")])
    private static let held = Route.Answer.refusal(409, "Somebody else holds the board, or a job; or nobody does.")

    private static func body(_ name: String, isRequired: Bool = true) -> Route.Body {
        .init(contents: ["application/json": .named(name)], isRequired: isRequired)
    }

    private var list: Route {
        Route(
            .get, "/api/v1/leases",
            .init(
                name: "listLeases", summary: "Who holds which board, people only: the boards tell of jobs.",
                answers: [.json(200, "The leases, by board.", .named("LeaseList"))])
        ) { [services] _ in
            let lender = try services.lender()
            var list = LeaseList(leases: [], waiting: await lender.line().map { LineInfo($0) })
            for lease in try await lender.reservations() {
                list.leases.append(await services.info(lease))
            }
            return try .json(list)
        }
    }

    private var reserve: Route {
        Route(
            .post, "/api/v1/leases",
            .init(
                name: "reserveBoard", summary: "Gives the caller a board that is free now.", body: Self.wishBody,
                answers: [
                    .json(
                        201, "The lease. Its number goes into `X-Labd-Lease` of what is done in its name.",
                        .named("LeaseInfo")),
                    .notFound, Self.held, .refusal(422, "No board is what is asked for."),
                ])
        ) { [services] call in
            let keys: Set<String> = ["board", "type", "tags", "seconds", "reason", "keepAlive"]
            guard let body = try await call.json(LeaseRequest.self, keys: keys) else {
                throw APIError.badRequest("the body is missing", advice: "send {\"board\": \"NAME\"}")
            }
            let wish = try call.wish(body)
            if let name = body.board { _ = try await services.board(name) }
            let lender = try services.lender()
            let lease = try await services.answering409 { () throws(Failure) in
                try await lender.reserve(wish, by: call.caller)
            }
            return try .json(await services.info(lease), status: .created)
        }
    }

    private var wait: Route {
        Route(
            .post, "/api/v1/leases/wait",
            .init(
                name: "waitForBoard",
                summary: "Stands in line for a board, before all jobs that wait. Leaving the stream leaves the line.",
                query: [
                    .init(name: "board", description: "A board by its name; or else"),
                    .init(name: "type", description: "any board of this type."),
                    .init(name: "tags", description: "Tags that the board must all have, comma-separated."),
                    .init(
                        name: "seconds", description: "The length of the lease; two hours if not given.",
                        schema: .integer),
                    .init(name: "reason", description: "What for."),
                    .init(
                        name: "keepAlive", description: "Seconds after the last sign of life that end the lease.",
                        schema: .integer),
                ],
                answers: [
                    Route.Answer(
                        status: 200, description: "Events `waiting` with why, and `lease` at the end.",
                        contents: ["text/event-stream": .either([.named("LeaseWaiting"), .named("LeaseInfo")])]),
                    .notFound, Self.held, .refusal(422, "No board is what is asked for."),
                ])
        ) { [services] call in
            let wish = try call.wish(try call.queriedWish())
            if let name = wish.board { _ = try await services.board(name.rawValue) }
            let lender = try services.lender()
            let place = try await services.answering409 { () throws(Failure) in
                try await lender.standInLine(wish, by: call.caller)
            }
            return try services.streams.response(
                to: call, state: "", sources: { [place.offers] },
                finally: { await lender.leave(place) },
                tell: { told, _, output in
                    guard let lease = try await lender.take(place) else {
                        let reason = try await lender.waitingReason(place)
                        guard reason != told else { return .wait }
                        told = reason
                        let data = try JSONText.encode(LeaseWaiting(reason: reason))
                        try await output.send(ServerSentEvent(event: StreamEvent.waiting, data: data))
                        return .wait
                    }
                    let data = try JSONText.encode(await services.info(lease))
                    do {
                        try await output.send(ServerSentEvent(event: StreamEvent.lease, data: data))
                    } catch {
                        // Whoever waited is gone.
                        let caller = Caller(call.user, leases: [lease.id])
                        _ = try? await lender.release(lease.board, reason: "nobody took it", caller: caller)
                        throw error
                    }
                    return .end
                })
        }
    }

    private var extend: Route {
        Route(
            .post, "/api/v1/boards/{name}/lease/extend",
            .init(
                name: "extendLease", summary: "Makes the caller's lease of a board longer.",
                body: Self.body("ExtendRequest"),
                answers: [.json(200, "The lease after it.", .named("LeaseInfo")), .notFound, Self.held])
        ) { [services] call in
            guard let request = try await call.json(ExtendRequest.self, keys: ["seconds"]) else {
                throw APIError.badRequest("the body is missing", advice: "send {\"seconds\": 3600}")
            }
            let length = try Call.length(request.seconds, "seconds", in: ReservationWish.lengths)
            return try await services.lease(call) { lender, board throws(Failure) in
                try await lender.extend(board, by: length, caller: call.caller)
            }
        }
    }

    private var release: Route {
        Route(
            .post, "/api/v1/boards/{name}/lease/release",
            .init(
                name: "releaseLease", summary: "Ends the caller's lease of a board. The board is at rest afterwards.",
                body: Self.body("ReleaseRequest", isRequired: false),
                answers: [.json(200, "The lease as it was.", .named("LeaseInfo")), .notFound, Self.held])
        ) { [services] call in
            let request = try await call.json(ReleaseRequest.self, keys: ["reason"])
            let reason = Call.reason(request?.reason)
            return try await services.lease(call) { lender, board throws(Failure) in
                try await lender.release(board, reason: reason, caller: call.caller)
            }
        }
    }

    private var handOver: Route {
        Route(
            .post, "/api/v1/boards/{name}/lease/hand-over",
            .init(
                name: "handLeaseOver", summary: "Gives the caller's lease to somebody else. The board stays as it is.",
                body: Self.body("HandOverRequest"),
                answers: [.json(200, "The heir's lease.", .named("LeaseInfo")), .notFound, Self.held])
        ) { [services] call in
            guard let request = try await call.json(HandOverRequest.self, keys: ["to", "reason"]) else {
                throw APIError.badRequest("the body is missing", advice: "send {\"to\": \"NAME\"}")
            }
            let heir = try AccessMiddleware.checked(user: request.to, of: "`to`")
            let reason = Call.reason(request.reason)
            return try await services.lease(call) { lender, board throws(Failure) in
                try await lender.handOver(board, to: heir, reason: reason, caller: call.caller)
            }
        }
    }

    private var kick: Route {
        Route(
            .post, "/api/v1/boards/{name}/lease/kick",
            .init(
                name: "kickLease", summary: "Takes a board back from the person who holds it, after a time of grace.",
                body: Self.body("KickRequest"),
                answers: [
                    .json(200, "The lease, with its notice or its end.", .named("LeaseInfo")), .notFound, Self.held,
                ])
        ) { [services] call in
            guard let request = try await call.json(KickRequest.self, keys: ["reason", "grace"]),
                let reason = Call.reason(request.reason)
            else { throw APIError.badRequest("a reason is missing", advice: "send {\"reason\": \"...\"}") }
            let grace =
                try request.grace.map { try Call.length($0, "grace", in: .zero ... .seconds(86_400)) }
                ?? ReservationWish.standardGrace
            return try await services.lease(call) { lender, board throws(Failure) in
                try await lender.kick(board, reason: reason, grace: grace, caller: call.caller)
            }
        }
    }

    private var keepAlive: Route {
        Route(
            .post, "/api/v1/boards/{name}/lease/keep-alive",
            .init(
                name: "keepLeaseAlive",
                summary: "A sign of life of the caller's lease. Every command in its name is one.",
                answers: [.json(200, "The lease.", .named("LeaseInfo")), .notFound, Self.held])
        ) { [services] call in
            try await services.lease(call) { lender, board throws(Failure) in
                try await lender.keepAlive(board, caller: call.caller)
            }
        }
    }
}

extension APIServices {
    /// - Throws: 422 in a lab that lends no boards.
    func lender() throws -> any LeaseControl {
        guard let leases = dependencies.leases else {
            throw Failure(.configuration, "this lab lends no boards")
        }
        return leases
    }

    func info(_ lease: Reservation) async -> LeaseInfo {
        LeaseInfo(lease, remaining: await dependencies.leases?.remaining(lease) ?? .zero)
    }

    /// Does something about the lease of the board in the path, and answers with the lease.
    func lease(
        _ call: Call, _ action: (any LeaseControl, BoardName) async throws(Failure) -> Reservation
    ) async throws -> Response {
        let lender = try lender()
        let board = try await board(call.name()).name
        let lease = try await answering409 { () throws(Failure) in try await action(lender, board) }
        return try .json(await info(lease))
    }

    /// Runs what the lab refuses with `job` while somebody holds the board: that is a conflict here.
    fileprivate func answering409<Value>(_ action: () async throws(Failure) -> Value) async throws -> Value {
        do {
            return try await action()
        } catch {
            let signs = ["hold", "is not free", "is free"]
            guard error.type == .job, signs.contains(where: error.message.contains) else { throw error }
            throw APIError(.conflict, error)
        }
    }
}

extension Call {
    /// What the parameters ask for.
    fileprivate func queriedWish() throws(APIError) -> LeaseRequest {
        func seconds(_ name: String) throws(APIError) -> Double? {
            try query.integer(name, in: 0...Int64(Int32.max)).map { Double($0) }
        }
        return LeaseRequest(
            board: query.text("board"), type: query.text("type"),
            tags: query.text("tags").map { $0.split(separator: ",").map(String.init) },
            seconds: try seconds("seconds"), reason: query.text("reason"), keepAlive: try seconds("keepAlive"))
    }

    /// - Throws: 400 when it asks for what cannot be.
    fileprivate func wish(_ body: LeaseRequest) throws(APIError) -> ReservationWish {
        guard (body.board == nil) != (body.type == nil) else {
            throw APIError.badRequest("name either a `board` or a `type`")
        }
        let tags = body.tags ?? []
        guard tags.count <= 64, tags.allSatisfy({ (1...200).contains($0.utf8.count) }) else {
            throw APIError.badRequest("`tags` takes at most 64 names")
        }
        return ReservationWish(
            board: body.board.map { BoardName(rawValue: $0) }, type: body.type.map { DeviceTypeName(rawValue: $0) },
            tags: tags,
            length: try Self.length(
                body.seconds ?? ReservationWish.standardLength.inSeconds, "seconds", in: ReservationWish.lengths),
            reason: Self.reason(body.reason),
            keepAlive: try body.keepAlive.map { seconds throws(APIError) in
                try Self.length(seconds, "keepAlive", in: ReservationWish.keepAlives)
            })
    }

    /// - Throws: 400 when it is not in `range`.
    fileprivate static func length(
        _ seconds: Double, _ key: String, in range: ClosedRange<Duration>
    ) throws(APIError) -> Duration {
        let (least, most) = (range.lowerBound.inSeconds, range.upperBound.inSeconds)
        guard seconds >= least, seconds <= most else {
            throw .badRequest("`\(key)` must be from \(Int(least)) to \(Int(most)) seconds")
        }
        return .milliseconds(Int64(seconds * 1000))
    }

    /// One line for the record, at most 500 characters; nil for nothing.
    static func reason(_ text: String?) -> String? {
        guard let text else { return nil }
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.allSatisfy(\.isWhitespace) ? nil : String(line.prefix(500))
    }
}
