import LabModel
import LabWire

/// One job, and lists of them.
struct JobView {
    var style: TextStyle

    func table(_ list: JobList) -> [String] {
        guard !list.jobs.isEmpty else { return ["no jobs"] }
        var table = Table([
            .init("ID", isNumber: true), .init("STATE"), .init("HEALTH"), .init("TYPE", minimum: 8),
            .init("BOARD", minimum: 8), .init("SUBMITTED (UTC)", minimum: 10), .init("NAME", minimum: 12),
        ])
        table.rows = list.jobs.map { job in
            [
                .init(String(job.id)), .init(job.state), .init(job.health, ink(ofHealth: job.health)),
                .init(job.deviceType ?? "-"), .init(job.board ?? job.requestedBoard ?? "-"),
                .init(Figures.time(job.submitted)), .init(job.name),
            ]
        }
        let rest = list.total - list.jobs.count
        return table.lines(in: style) + (rest > 0 ? [style.paint("and \(rest) more", .dim)] : [])
    }

    func details(_ job: JobInfo) -> [String] {
        var fields: [(String, String)] = [
            ("job", "\(job.id) \(SafeText.line(job.name))"),
            ("state", job.state + (job.health == JobHealth.unknown.name ? "" : ", " + painted(job.health))),
        ]
        if let waiting = job.waiting { fields.append(("waits", SafeText.line(waiting))) }
        if let failure = job.failure {
            fields.append(("failure", style.paint("\(failure.type): \(SafeText.line(failure.message))", .red)))
            if let place = failure.place { fields.append(("at", SafeText.line(place))) }
            if let advice = failure.advice { fields.append(("try", SafeText.line(advice))) }
        }
        if let counts = job.results { fields.append(("results", Self.counts(counts))) }
        if let type = job.deviceType { fields.append(("type", SafeText.line(type))) }
        if let board = job.board ?? job.requestedBoard { fields.append(("board", SafeText.line(board))) }
        fields.append(("submitter", SafeText.line(job.submitter)))
        fields.append(("priority", String(job.priority)))
        if !job.tags.isEmpty { fields.append(("tags", SafeText.line(job.tags.joined(separator: ", ")))) }
        fields.append(("submitted", Figures.time(job.submitted) + " UTC"))
        if let started = job.started { fields.append(("started", Figures.time(started) + " UTC")) }
        if let ended = job.ended { fields.append(("ended", Figures.time(ended) + " UTC")) }
        if let took = Figures.seconds(from: job.started, to: job.ended) {
            fields.append(("took", Figures.seconds(took)))
        }
        if job.attempt > 1 { fields.append(("attempt", String(job.attempt))) }
        return FieldList(style: style).lines(fields)
    }

    /// One line that says how a job ended.
    func ending(_ job: JobInfo) -> String {
        var line = "job \(job.id): \(painted(job.health))"
        if let counts = job.results { line += ", " + Self.counts(counts) }
        if let took = Figures.seconds(from: job.started, to: job.ended) { line += " in \(Figures.seconds(took))" }
        if let failure = job.failure {
            line += style.paint("\n  \(failure.type): \(SafeText.line(failure.message))", .red)
        }
        if let advice = job.failure?.advice { line += "\n  try: \(SafeText.line(advice))" }
        return line
    }

    static func counts(_ counts: ResultCounts) -> String {
        let parts = [
            (counts.pass, "passed"), (counts.fail, "failed"), (counts.skip, "skipped"), (counts.unknown, "unknown"),
        ]
        let told = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return told.isEmpty ? "no results" : told.joined(separator: ", ")
    }

    private func painted(_ health: String) -> String {
        style.paint(SafeText.line(health), ink(ofHealth: health))
    }

    private func ink(ofHealth health: String) -> Ink {
        switch health {
        case JobHealth.complete.name: .green
        case JobHealth.incomplete.name: .red
        case JobHealth.canceled.name: .yellow
        default: .plain
        }
    }
}

/// Names and values under one another.
struct FieldList {
    var style: TextStyle

    func lines(_ fields: [(name: String, value: String)]) -> [String] {
        let width = fields.reduce(0) { max($0, $1.name.count) }
        return fields.map { field in
            let padding = String(repeating: " ", count: width - field.name.count + 2)
            return style.paint(field.name, .dim) + padding + field.value
        }
    }
}
