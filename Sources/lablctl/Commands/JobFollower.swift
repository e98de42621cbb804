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
            progress.lines(SubmittedView(style: progress.style).lines(submitted))
            return submitted
        } catch let error as CommandError where !error.diagnostics.isEmpty {
            for diagnostic in error.diagnostics { progress.lines(view.lines(for: diagnostic)) }
            progress.line("\(file): \(SafeText.line(error.failure.message))")
            throw CommandEnding(status: error.status)
        }
    }

    /// Shows the log until the job ends.
    ///
    /// - Parameter label: stands before each line, where several jobs talk at the same time.
    func follow(_ id: Int64, label: String? = nil) async throws -> Ending {
        let view = LogView(style: output.style)
        let lead = label.map { output.style.paint("[\(SafeText.line($0))] ", .dim) } ?? ""
        let job = try await client.followLog(
            id, patience: patience, lost: ConnectionNotice.lost, regained: ConnectionNotice.regained
        ) { text, entry in
            if quiet { return }
            if json {
                output.line(text)
            } else if let line = view.line(for: entry) {
                output.line(lead + line)
            }
        }
        return Ending(job: job, results: try await client.results(id))
    }

    /// Shows the logs of all jobs of a text as they come, until the last has ended. With `json` each job's lines stand
    /// together: they do not say whose they are.
    ///
    /// - Returns: the jobs as they ended, in their order.
    func followAll(_ submitted: Submitted) async throws -> [Ending] {
        guard let jobs = submitted.jobs, jobs.count > 1 else { return [try await follow(submitted.id)] }
        guard !json else {
            var endings: [Ending] = []
            for job in jobs { endings.append(try await follow(job.id)) }
            return endings
        }
        return try await withThrowingTaskGroup(of: (Int64, Ending).self) { group in
            for job in jobs {
                let label = job.role.map { "\(job.number) \($0)" } ?? job.number
                group.addTask { (job.id, try await follow(job.id, label: label)) }
            }
            var endings: [Int64: Ending] = [:]
            for try await (id, ending) in group { endings[id] = ending }
            return jobs.compactMap { endings[$0.id] }
        }
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
