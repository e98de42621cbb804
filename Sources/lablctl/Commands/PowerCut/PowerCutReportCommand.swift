import ArgumentParser
import Foundation
import LabModel
import LabWire

/// The forms of a report as words of the command line.
enum ReportFormArgument: String, ExpressibleByArgument, CaseIterable {
    case html, json, svg, junit
}

/// `lablctl powercut report ID`.
struct PowerCutReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Fetch the report of a `power_cut` block with `on: virtual`.",
        discussion: """
            The page needs no network: open it in a browser, or attach it to a build. The picture is the page's strip \
            alone; json is everything for machines, junit one test case for each phase and model.
            """)

    @OptionGroup var job: JobArgument

    @Option(help: ArgumentHelp("The block's position in the job, from 0; the first if not given.", valueName: "number"))
    var block: Int?

    @Option(help: "The form of the report.")
    var form: ReportFormArgument = .html

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write it here instead of to standard output.", valueName: "file"))
    var output: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let status = try await server.withClient { client in
            let id = try await job.id(client)
            if let output {
                try await Self.save(of: id, block: block, form: form, to: output, client: client)
            } else {
                let body = try await Self.fetch(of: id, block: block, form: form, client: client)
                FileHandle.standardOutput.write(Data(body))
            }
            return CommandStatus.success
        }
        try CommandEnding.check(status)
    }

    /// Fetches a report and writes it to a file.
    static func save(
        of job: Int64, block: Int? = nil, form: ReportFormArgument = .html, to path: String, client: LabClient
    ) async throws {
        let body = try await fetch(of: job, block: block, form: form, client: client)
        do {
            try Data(body).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandError(
                .internalError, Failure(.infrastructure, "cannot write \(path): \(error.localizedDescription)"))
        }
    }

    private static func fetch(
        of job: Int64, block: Int?, form: ReportFormArgument, client: LabClient
    ) async throws -> [UInt8] {
        var target = "\(LabClient.root)/jobs/\(job)/power-cut-report?form=\(form.rawValue)"
        if let block { target += "&block=\(block)" }
        return try await client.get(target)
    }
}
