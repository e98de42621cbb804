import LabModel
import LabWire

/// One job, and lists of them.
struct JobView {
    var style: TextStyle

    func table(_ list: JobList) -> [String] {
        guard !list.jobs.isEmpty else { return ["no jobs"] }
        var table = Table([
            .init("ID", isNumber: true), .init("STATE"), .init("HEALTH", leaves: 4),
            .init("TYPE", minimum: 8, leaves: 2), .init("BOARD", minimum: 8, leaves: 3),
            .init("SUBMITTED (UTC)", leaves: 1), .init("NAME", minimum: 16),
        ])
        table.rows = list.jobs.map { job in
            [
                .init(String(job.id)), .init(job.state),
                // That an unfinished job's health is not known goes without saying.
                .init(job.health == JobHealth.unknown.name ? "-" : job.health, ink(ofHealth: job.health)),
                .init(job.deviceType ?? "-"), .init(job.board ?? job.requestedBoard ?? "-"),
                .init(Figures.minute(job.submitted)), .init(Self.title(job)),
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
        if job.healthCheck == true {
            fields.append(("health check", "of \(SafeText.line(job.requestedBoard ?? job.board ?? "its board"))"))
        }
        if let waiting = job.waiting { fields.append(("waits", SafeText.line(waiting))) }
        if let failure = job.failure {
            fields.append(Self.isCanceling(failure) ? ("because", reason(failure)) : ("failure", reason(failure)))
            if let place = failure.place { fields.append(("at", SafeText.line(place))) }
            if let advice = failure.advice { fields.append(("try", SafeText.line(advice))) }
        }
        if let hold = job.hold {
            let board = SafeText.line(hold.board)
            fields.append(("board kept", "for \(LeaseView(style: style).clause(hold, isOfJob: true))"))
            fields.append(("", "`lablctl console \(board)` gets at it, `lablctl release \(board)` lets go"))
        }
        if let counts = job.results, job.started != nil || counts != ResultCounts() {
            fields.append(("results", Self.counts(counts)))
        }
        if let group = job.group {
            let size = "\(group.size) job\(group.size == 1 ? "" : "s") that run\(group.size == 1 ? "s" : "") together"
            let role = "role \(SafeText.line(group.role))" + (group.essential ? ", essential" : "")
            fields.append(("group", "\(group.number), \(role); \(size)"))
            for other in group.jobs ?? [] { fields.append(("", groupJob(other))) }
        }
        if let type = job.deviceType { fields.append(("type", SafeText.line(type))) }
        if let board = job.board ?? job.requestedBoard { fields.append(("board", SafeText.line(board))) }
        fields.append(("submitter", SafeText.line(job.submitter)))
        if let schedule = job.schedule { fields.append(("schedule", SafeText.line(schedule))) }
        if let pin = job.pinned {
            fields.append(("pinned", "by \(SafeText.line(pin.by)) since \(Figures.time(pin.since)) UTC"))
        }
        fields.append(("priority", String(job.priority)))
        if !job.tags.isEmpty { fields.append(("tags", SafeText.line(job.tags.joined(separator: ", ")))) }
        fields.append(("submitted", Figures.time(job.submitted) + " UTC"))
        if let started = job.started { fields.append(("started", Figures.time(started) + " UTC")) }
        if let ended = job.ended { fields.append(("ended", Figures.time(ended) + " UTC")) }
        if let took = Figures.seconds(from: job.started, to: job.ended) {
            fields.append(("took", Figures.seconds(took)))
        }
        if let attempts = Self.attempts(job) { fields.append(("attempt", attempts)) }
        return FieldList(style: style).lines(fields)
    }

    /// Its name, and what it is besides a job of its own.
    static func title(_ job: JobInfo) -> String {
        if let group = job.group { return "\(job.name) (\(group.number) \(group.role))" }
        return job.healthCheck == true ? "\(job.name) (health check)" : job.name
    }

    /// Which run it is and what became of those before; nil for the first.
    static func attempts(_ job: JobInfo) -> String? {
        let tried = job.tried ?? []
        let isWaiting = job.state == JobState.submitted.name || job.state == JobState.scheduled.name
        let earlier = isWaiting ? job.attempt : job.attempt - 1
        guard earlier > 0 || !tried.isEmpty else { return nil }
        var words: [String] = []
        if !tried.isEmpty { words.append("the lab failed it on \(SafeText.line(tried.joined(separator: ", ")))") }
        let interrupted = earlier - tried.count
        let runs = interrupted == 1 ? "an earlier run" : "\(interrupted) earlier runs"
        if interrupted > 0 {
            // A group is called back as a whole also when the lab failed one of its jobs.
            let isAlone = job.group == nil
            words.append(isAlone ? "labd stopped during \(runs)" : "\(runs) of its group broken off")
        }
        let number = isWaiting ? "\(job.attempt + 1) is to come" : String(job.attempt)
        return words.isEmpty ? number : "\(number): \(words.joined(separator: "; "))"
    }

    private func groupJob(_ job: GroupJobInfo) -> String {
        let isOver = job.health != JobHealth.unknown.name
        return "\(job.number) (job \(job.id)) \(SafeText.line(job.role)): \(isOver ? painted(job.health) : job.state)"
            + (job.board.map { " on \(SafeText.line($0))" } ?? "")
    }

    /// One line that says how a job ended.
    func ending(_ job: JobInfo) -> String {
        let role = job.group.map { " (\($0.number), \(SafeText.line($0.role)))" } ?? ""
        var line = "job \(job.id)\(role): \(painted(job.health))"
        if let counts = job.results { line += ", " + Self.counts(counts) }
        if let took = Figures.seconds(from: job.started, to: job.ended) { line += " in \(Figures.seconds(took))" }
        if let failure = job.failure {
            line += "\n  " + reason(failure)
        }
        if let advice = job.failure?.advice { line += "\n  try: \(SafeText.line(advice))" }
        if let hold = job.hold {
            let board = SafeText.line(hold.board)
            line +=
                "\n  \(board) is kept as it is for \(SafeText.line(hold.holder)) for \(Figures.seconds(hold.remaining)): "
                + "lablctl console \(board), lablctl release \(board)"
        }
        return line
    }

    /// `2 tests passed, 1 failed (9 steps)`.
    static func counts(_ counts: ResultCounts) -> String {
        let parts = [
            (counts.pass, "passed"), (counts.fail, "failed"), (counts.skip, "skipped"), (counts.unknown, "unknown"),
        ]
        var told = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if let first = parts.first(where: { $0.0 > 0 }) {
            told[0] = "\(first.0) test\(first.0 == 1 ? "" : "s") \(first.1)"
        }
        let steps = counts.steps.pass + counts.steps.fail
        guard steps > 0 else { return told.isEmpty ? "no results" : told.joined(separator: ", ") }
        let failed = counts.steps.fail > 0 ? ", \(counts.steps.fail) failed" : ""
        let tests = told.isEmpty ? "no tests" : told.joined(separator: ", ")
        return "\(tests) (\(steps) step\(steps == 1 ? "" : "s")\(failed))"
    }

    private func reason(_ failure: FailureInfo) -> String {
        // A canceled job says by itself who canceled it.
        let type = Self.isCanceling(failure) ? "" : "\(SafeText.line(failure.type)): "
        return style.paint(type + SafeText.line(failure.message), .red)
    }

    private static func isCanceling(_ failure: FailureInfo) -> Bool {
        failure.type == ErrorType.canceled.rawValue
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
        let width = fields.reduce(0) { max($0, $1.name.count) } + 2
        return fields.flatMap { field in
            let padding = String(repeating: " ", count: width - field.name.count)
            return style.hanging(style.paint(field.name, .dim) + padding, field.value)
        }
    }
}
