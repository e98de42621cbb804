import LabModel
import LabWire

/// Waits for a job that explores power cuts and shows how far it is.
struct ExplorationFollower: Sendable {
    let client: LabClient
    var isQuiet = false

    /// - Returns: nil when it was interrupted; the job goes on.
    func follow(_ id: Int64) async throws -> JobFollower.Ending? {
        let target = "\(LabClient.root)/jobs/\(id)/events"
        return try await Interrupts.watched { _ in
            .stop
        } during: {
            var line = ProgressLine()
            let follower = StreamFollower(
                client: client, lost: ConnectionNotice.lost, regained: ConnectionNotice.regained)
            try await follower.follow(target, after: "0") { event in
                guard event.event != StreamEvent.end else { return .stop }
                guard !isQuiet, event.event == LabEvent.Kind.progress.rawValue else { return .goOn }
                let told = try client.decode(EventInfo.self, from: Array(event.data.utf8))
                if let message = told.data["message"]?.string { show(message, &line) }
                return .goOn
            }
            line.clear()
            return JobFollower.Ending(job: try await client.job(id), results: try await client.results(id))
        }
    }

    private func show(_ message: String, _ line: inout ProgressLine) {
        let progress = Output.progress()
        let text = SafeText.line(message)
        if progress.isTerminal { line.show(text) } else { progress.line(text) }
    }
}

extension JobResults {
    /// The row that sums an exploration up; the last one of a job that has several.
    var exploration: ResultInfo? {
        results.last { $0.metadata["recheck_booted"] != nil && $0.metadata["verdict"]?.string != nil }
    }
}
