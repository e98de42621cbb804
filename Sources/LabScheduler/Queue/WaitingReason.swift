import LabModel

extension QueueSnapshot {
    /// Why `id` does not run yet, in one sentence without a final stop; nil when it does not wait.
    func waitingReason(of id: JobID, apartFrom held: Set<BoardName>) -> String? {
        guard let index = jobs.firstIndex(where: { $0.id == id }) else { return nil }
        let job = jobs[index]
        let suitable = boards.filter { $0.suits(job) }
        guard !suitable.isEmpty else { return missingBoard(for: job) }
        let trusted = suitable.filter { $0.health.acceptsJobs }
        guard !trusted.isEmpty else { return untrusted(suitable, for: job) }
        let busy = trusted.filter { $0.state != .idle || held.contains($0.name) || changing.contains($0.name) }
        guard busy.count == trusted.count else { return "about to start" }
        let boards = job.boardPhrase(count: trusted.count)
        let ahead = jobs[..<index].filter { other in trusted.contains { $0.suits(other) } }.count
        let place = ahead == 0 ? "next in the queue" : "\(ahead) \(ahead == 1 ? "job" : "jobs") ahead in the queue"
        if trusted.count == 1 {
            let changes = changing.contains(trusted[0].name)
            return "\(trusted[0].busyPhrase(job, changes: changes)); \(place)"
        }
        return "\(busy.count) of \(trusted.count) \(boards) are busy; \(place)"
    }

    private func missingBoard(for job: JobRecord) -> String {
        let fitting = boards.filter { $0.fits(job) }
        if fitting.isEmpty {
            if let departure = departure(for: job) { return departure }
            guard let name = job.requestedBoard else {
                return job.deviceType.map { "no board of type \($0)" } ?? "the lab has no boards"
            }
            guard boards.contains(where: { $0.name == name }) else { return "there is no board named \(name)" }
            return "the board \(name) is not of type \(job.deviceType.map(\.rawValue) ?? "unknown")"
        }
        let absent = job.tags.filter { tag in !fitting.contains { $0.tags.contains(tag) } }
        let subject = job.requestedBoard.map { "the board \($0) has not" } ?? "no \(job.boardPhrase(count: 1)) has"
        let tags = absent.isEmpty ? job.tags : absent
        return "\(subject) the \(tags.count == 1 ? "tag" : "tags") \(tags.joined(separator: ", "))"
            + (absent.isEmpty && tags.count > 1 ? " together" : "")
    }

    /// Which board would have fitted, and left.
    private func departure(for job: JobRecord) -> String? {
        let left = departures.last { left in
            (job.requestedBoard.map { $0 == left.name } ?? true) && (job.deviceType.map { $0 == left.type } ?? true)
                && !boards.contains { $0.name == left.name }
        }
        guard let left else { return nil }
        let subject = job.requestedBoard == nil ? "the last \(job.boardPhrase(count: 1))" : "the board"
        return "\(subject), \(left.name), has left the lab: its file \(left.file) was removed"
    }

    private func untrusted(_ boards: [BoardRecord], for job: JobRecord) -> String {
        let states = boards.prefix(4).map { board in
            "\(board.name) is \(board.health.name)" + (board.healthReason.map { " (\($0))" } ?? "")
        }
        let more = boards.count > 4 ? " and \(boards.count - 4) more" : ""
        return "no \(job.boardPhrase(count: 1)) takes jobs: \(states.joined(separator: ", "))\(more)"
    }
}

extension JobRecord {
    /// The boards it may run on, such as `virt-arm64-ab boards` or `board of type X`.
    fileprivate func boardPhrase(count: Int) -> String {
        guard count > 1 else { return deviceType.map { "board of type \($0)" } ?? "board" }
        return deviceType.map { "\($0) boards" } ?? "boards"
    }
}

extension BoardRecord {
    fileprivate func busyPhrase(_ job: JobRecord, changes: Bool) -> String {
        let subject =
            job.requestedBoard == name ? "the board \(name)" : "the only \(job.boardPhrase(count: 1)), \(name),"
        if changes, currentJob == nil { return "\(subject) takes in a change of its file" }
        return "\(subject) is busy" + (currentJob.map { " with job \($0)" } ?? "")
    }
}
