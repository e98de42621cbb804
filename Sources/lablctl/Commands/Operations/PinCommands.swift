import ArgumentParser
import LabModel
import LabWire

/// `lablctl job pin ID`.
struct PinJobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Keep a job with its log, results and recordings, whatever retention says.")

    @OptionGroup var job: JobArgument
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let id = try await job.id(client)
            let body = try await client.post(
                "\(LabClient.root)/jobs/\(id)/pin", body: [], contentType: "application/json")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.line("job \(id) is kept until `lablctl job unpin \(id)`")
        }
    }
}

/// `lablctl job unpin ID`.
struct UnpinJobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "unpin", abstract: "Let retention have a job again.")

    @OptionGroup var job: JobArgument
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await server.withClient { client in
            let id = try await job.id(client)
            let body = try await client.post(
                "\(LabClient.root)/jobs/\(id)/unpin", body: [], contentType: "application/json")
            let stdout = Output.standard()
            if output.json { return stdout.json(body) }
            stdout.line("job \(id) goes when its time comes")
        }
    }
}
