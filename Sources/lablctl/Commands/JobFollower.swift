import Foundation
import LabModel
import LabWire

/// Submits a job, shows its log as it grows, and reports how it ended.
struct JobFollower: Sendable {
    let client: LabClient
    var json = false
    var quiet = false
    /// How long labd may stay away before following gives up.
    var patience: Duration = .seconds(60)
    private let output = Output.standard()
    private let progress = Output.progress()

    init(client: LabClient, json: Bool, quiet: Bool = false, patience: Duration = .seconds(60)) {
        self.client = client
        self.json = json
        self.quiet = quiet
        self.patience = patience
    }

    /// A job that has ended.
    struct Ending: Sendable {
        var job: JobInfo
        var results: JobResults
    }

    /// Submits `text` and shows warnings.
    ///
    /// - Throws: `CommandEnding` after the diagnostics of an invalid job were shown; `CommandError`.
    func submit(_ text: String, file: String) async throws -> Submitted {
        let view = DiagnosticView(style: progress.style, file: file, text: text)
        do {
            let submitted = try await client.submit(text)
            for warning in submitted.warnings { progress.lines(view.lines(for: warning)) }
            progress.line("submitted job \(submitted.id): \(SafeText.line(submitted.name))")
            return submitted
        } catch let error as CommandError where !error.diagnostics.isEmpty {
            for diagnostic in error.diagnostics { progress.lines(view.lines(for: diagnostic)) }
            progress.line("\(file): \(SafeText.line(error.failure.message))")
            throw CommandEnding(status: error.status)
        }
    }

    /// Shows the log until the job ends.
    func follow(_ id: Int64) async throws -> Ending {
        let view = LogView(style: output.style)
        let job = try await client.followLog(
            id, patience: patience, lost: ConnectionNotice.lost, regained: ConnectionNotice.regained
        ) { text, entry in
            if quiet { return }
            if json {
                output.line(text)
            } else if let line = view.line(for: entry) {
                output.line(line)
            }
        }
        return Ending(job: job, results: try await client.results(id))
    }

    /// Waits for the end of the job and shows nothing.
    func wait(for id: Int64) async throws -> Ending {
        let job = try await client.followLog(id, patience: patience, lost: {}, entry: { _, _ in })
        return Ending(job: job, results: try await client.results(id))
    }

    /// Shows the results and how the job ended.
    func report(_ ending: Ending) {
        if json {
            if let text = Self.encoded(ending.results) { output.json(text) }
            if let text = Self.encoded(ending.job) { output.json(text) }
            return
        }
        output.line()
        output.lines(ResultsView(style: output.style).lines(ending.results))
        output.line()
        output.line(JobView(style: output.style).ending(ending.job))
    }

    /// A value of the API as its JSON, keys in order.
    static func encoded(_ value: some Encodable) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { Array($0) }
    }
}
