import Hummingbird
import LabModel
import LabWire

/// Booting crash states: once with the job's questions, for a person at the console, or to check a campaign.
struct TwinRoutes {
    var services: APIServices

    var routes: [Route] { [boot, twin, type, verify] }

    private static let refusals: [Route.Answer] = [
        .refusal(400, "The state cannot be read."), .notFound, .refusal(429, "No board is left."),
    ]

    private var boot: Route {
        Route(
            .post, "/api/v1/jobs/{id}/power-cut-boot",
            .init(
                name: "bootCrashState", summary: "Boots a crash state once and judges it. Ends with the connection.",
                query: [RecordingRoutes.block, RecordingRoutes.state],
                answers: [.events("The event `verdict` has what came of it.", .named("CrashBootInfo"))] + Self.refusals)
        ) { [services] call in
            let boot = try await services.workbench().boot(try call.state(), of: try call.recording())
            return try services.streams.response(
                to: call, state: (), sources: { [Outcome.once { try await boot() }] },
                tell: { _, wake, output in
                    guard case .signal(let outcome) = wake else { return .wait }
                    try await output.verdict(CrashBootInfo(try outcome.value()))
                    return .end
                })
        }
    }

    private var twin: Route {
        Route(
            .post, "/api/v1/jobs/{id}/power-cut-twin",
            .init(
                name: "startTwin",
                summary: "Boots a crash state for a person. The board runs as long as this stream of its console.",
                query: [RecordingRoutes.block, RecordingRoutes.state],
                answers: [
                    .events("Events `twin` at first, then `bytes` and `lost`, and `end`.", .named("TwinInfo"))
                ] + Self.refusals)
        ) { [services] call in
            let session = try await services.workbench().twin(try call.state(), of: try call.recording())
            return try services.streams.response(
                to: call, state: false,
                sources: { () -> [AsyncStream<TwinSignal>] in
                    try await session.start()
                    let output = await session.output()
                    return [output.signalling { .printed($0) }, .once { .stopped(await session.powerLoss()) }]
                }, finally: { await session.end() },
                tell: { isTold, wake, output in
                    if !isTold {
                        isTold = true
                        let info = TwinInfo(name: session.name, state: session.state, notes: await session.notes)
                        try await output.send(
                            ServerSentEvent(event: StreamEvent.twin, data: try JSONText.encode(info)))
                    }
                    return try await Self.tell(wake, of: session, &output)
                })
        }
    }

    private enum TwinSignal {
        case printed(ConsoleChunk)
        case stopped(String?)
    }

    private static func tell(
        _ wake: Wake<TwinSignal>?, of session: any TwinSession, _ output: inout EventStreamWriter
    ) async throws -> EventStreams.Step {
        switch wake {
        case .signal(.printed(let chunk)):
            try await output.send(ConsoleRoutes.events(of: chunk))
        case .signal(.stopped(let reason)):
            try await output.send(
                ServerSentEvent(event: StreamEvent.end, data: try JSONText.encode([reason ?? "it has ended"])))
            return .end
        case .tick where await session.isForgotten:
            try await output.send(
                ServerSentEvent(event: StreamEvent.end, data: try JSONText.encode(["nobody typed for a long time"])))
            return .end
        case .tick, .shutdown, nil: break
        }
        return .wait
    }

    private var type: Route {
        Route(
            .post, "/api/v1/twins/{name}/console",
            .init(
                name: "typeAtTwin", summary: "Types UTF-8 text at the console of a board that boots a crash state.",
                body: .init(contents: ["application/octet-stream": .string]),
                answers: [
                    .init(status: 204, description: "It was typed."), .notFound,
                    .refusal(413, "More than 4 KiB at once."),
                ])
        ) { [services] call in
            let text = try await call.text(upTo: ConsoleRoutes.typingLimit)
            let workbench = try services.workbench()
            if !text.isEmpty { try await workbench.type(text, at: call.name()) }
            return Response(status: .noContent)
        }
    }

    private var verify: Route {
        Route(
            .post, "/api/v1/jobs/{id}/power-cut-check",
            .init(
                name: "checkPowerCutCampaign",
                summary: "Boots states that a finished campaign pruned, and compares. Ends with the connection.",
                query: [
                    RecordingRoutes.block,
                    .init(
                        name: "sample", description: "Per cent of the pruned states, above 0 to 100; 5 if not given.",
                        schema: .number),
                    .init(name: "seed", description: "Decides which; chosen if not given.", schema: .integer),
                    .init(
                        name: "twins", description: "Boots at the same time; one a processor if not given.",
                        schema: .integer),
                ],
                answers: [
                    .events("Events `progress`, and `verdict` at the end.", .named("CampaignCheckInfo"))
                ] + Self.refusals)
        ) { [services] call in
            let check = try await services.workbench().verify(
                try call.recording(), share: try call.sample(),
                seed: try call.query.integer("seed", in: 0...Int64(Int32.max)).map { UInt64($0) },
                twins: try call.query.integer("twins", in: 1...64).map { Int($0) })
            return try services.streams.response(
                to: call, state: (), sources: { Outcome.progressing { try await check($0) } },
                tell: { _, wake, output in
                    guard case .signal(let outcome) = wake else { return .wait }
                    if case .progress(let check) = outcome {
                        let data = try JSONText.encode(CampaignCheckInfo(check))
                        try await output.send(ServerSentEvent(event: StreamEvent.progress, data: data))
                        return .wait
                    }
                    try await output.verdict(CampaignCheckInfo(try outcome.value()))
                    return .end
                })
        }
    }
}

extension Call {
    /// - Throws: 400 unless it is missing or more than 0 and at most 100.
    fileprivate func sample() throws(APIError) -> Double {
        guard let text = query.text("sample") else { return 0.05 }
        guard let percent = Double(text), percent > 0, percent <= 100 else {
            throw .badRequest("`sample=\(text.prefix(40))` is not a number above 0 and up to 100")
        }
        return percent / 100
    }
}

extension Route.Answer {
    /// A stream, and the structure that its main event carries.
    fileprivate static func events(_ description: String, _ schema: Schema) -> Route.Answer {
        Route.Answer(status: 200, description: description, contents: ["text/event-stream": schema])
    }
}

extension EventStreamWriter {
    fileprivate mutating func verdict(_ value: some Encodable) async throws {
        try await send(ServerSentEvent(event: StreamEvent.verdict, data: try JSONText.encode(value)))
    }
}
