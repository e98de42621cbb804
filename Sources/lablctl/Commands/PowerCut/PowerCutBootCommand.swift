import ArgumentParser
import LabModel
import LabWire

/// `lablctl powercut boot JOB STATE`.
struct PowerCutBootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boot", abstract: "Boot the board from a crash state.",
        discussion: """
            Boots a twin of the recorded board from the disk as the power cut left it, asks it the job's questions, \
            and says what came of it; ends with 0 if the job allows that, with 1 if not. With --console nothing is \
            asked: your terminal is on its console, Ctrl-] leaves and ends it. What it writes is lost at the end; so \
            the same state boots the same again.
            """)

    @OptionGroup var recording: RecordingArgument

    @Argument(help: "The crash state, such as w54.")
    var state: String

    @Flag(help: "Put this terminal on the board's console.")
    var console = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let status = try await server.withClient { client in
            console ? try await attached(client) : try await judged(client)
        }
        try CommandEnding.check(status)
    }

    private func judged(_ client: LabClient) async throws -> CommandStatus {
        let target = try await recording.target("power-cut-boot", [("state", state)], client: client)
        Output.progress().line("booting \(SafeText.line(state)) of job \(recording.job.reference)")
        let found = try await Interrupts.watched { _ in
            .stop
        } during: {
            try await client.verdict(target)
        }
        guard let found else { return .interrupted }
        let boot = try client.decode(CrashBootInfo.self, from: found)
        let stdout = Output.standard()
        if output.json {
            stdout.json(found)
        } else {
            stdout.lines(CrashBootView(style: stdout.style).lines(boot))
        }
        return boot.verdict == "undecided" ? .incomplete : boot.allowed ? .success : .testsFailed
    }

    private func attached(_ client: LabClient) async throws -> CommandStatus {
        let keyboard = output.json ? nil : RawTerminal()
        let target = try await recording.target("power-cut-twin", [("state", state)], client: client)
        let session = TwinConsole(client: client, target: target, json: output.json)
        guard let keyboard else {
            let ending = try await Interrupts.watched { _ in
                .stop
            } during: {
                try await session.watch()
            }
            if let ending { Output.progress().line(ending) }
            return .success
        }
        defer { keyboard.restore() }
        let ending = try await session.interact(with: keyboard)
        keyboard.restore()
        Output.progress().line("\n" + ending)
        return .success
    }
}

extension LabClient {
    /// What came of something that was started and waited for, as sent.
    ///
    /// - Parameter progress: takes what is told meanwhile, as sent.
    func verdict(_ target: String, progress: @Sendable ([UInt8]) throws -> Void = { _ in }) async throws -> [UInt8] {
        var verdict: [UInt8]?
        _ = try await stream(target, starts: true) { event in
            switch event.event {
            case StreamEvent.progress:
                try progress(Array(event.data.utf8))
            case StreamEvent.verdict:
                verdict = Array(event.data.utf8)
                return .stop
            case StreamEvent.error, StreamEvent.bye:
                throw ending(of: event)
            default: break
            }
            return .goOn
        }
        guard let verdict else { throw Self.brokenOff }
        return verdict
    }

    /// Why a stream that nothing can resume has ended.
    func ending(of event: ServerSentEvent) -> CommandError {
        guard event.event == StreamEvent.error else {
            return CommandError(.noDaemon, Failure(.infrastructure, "labd stops, and ended it"))
        }
        let body = try? decode(ErrorBody.self, from: Array(event.data.utf8))
        // Refusals that turn out on the way: they are the same as those at the start.
        let status: UInt =
            switch body.flatMap({ RequestErrorType(rawValue: $0.error.type) }) {
            case .badRequest: 400
            case .notFound: 404
            case .tooManyTwins: 429
            default: 500
            }
        return CommandError(httpStatus: status, body: body)
    }

    static var brokenOff: CommandError {
        CommandError(.noDaemon, Failure(.infrastructure, "the connection to labd was lost, and the board with it"))
    }
}
