import LabWire

/// What was submitted: one job, the jobs of a group with their roles, or those of a matrix with their names.
struct SubmittedView {
    /// Of many jobs only the first are named.
    private static let shown = 20

    var style: TextStyle

    func lines(_ submitted: Submitted) -> [String] {
        guard let jobs = submitted.jobs else {
            return ["submitted job \(submitted.id): \(SafeText.line(submitted.name))"]
        }
        let groups = Set(jobs.filter { $0.role != nil }.map { $0.number.prefix { $0 != "." } })
        var head = "submitted \(jobs.count) jobs"
        if let group = groups.first, groups.count == 1, jobs.allSatisfy({ $0.role != nil }) {
            head = "submitted group \(group) of \(jobs.count) job\(jobs.count == 1 ? "" : "s")"
        }
        var lines = ["\(head): \(SafeText.line(submitted.name))"]
        let numbers = jobs.prefix(Self.shown).map { job in
            job.number == String(job.id) ? job.number : "\(job.number) (job \(job.id))"
        }
        let width = numbers.map(\.count).max() ?? 0
        for (job, number) in zip(jobs, numbers) {
            let padding = String(repeating: " ", count: width - number.count)
            lines.append(style.paint("  \(number)\(padding)  \(SafeText.line(job.role ?? job.name))", .dim))
        }
        if jobs.count > Self.shown { lines.append(style.paint("  and \(jobs.count - Self.shown) more", .dim)) }
        return lines
    }
}
