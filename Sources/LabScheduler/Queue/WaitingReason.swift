import LabModel

/// Says why a job waits.
struct WaitingReason {
    let queue: LabQueue
    let conditions: QueueConditions
    let pauses: [PauseReason]
    let departures: [BoardStanding.Departure]
    /// The board as its description says.
    let regard: (BoardRecord) -> BoardRecord

    /// In one sentence without a final stop.
    ///
    /// - Parameters:
    ///   - ahead: jobs with an earlier turn that ask for the same boards.
    ///   - start: when its turn is about to be, by the forecast.
    func reason(for job: JobRecord, ahead: Int, start: Forecast.Start?) -> String {
        if let need = queue.waiting[job.id]?.needs.first { return need.phrase }
        if let obstacle = obstacle(for: job) { return obstacle }
        if let pause = pauses.first { return pause.text }
        if let group = job.group.flatMap({ queue.groups[$0.group] }), group.size > 1 {
            return reason(for: group, ahead: ahead, start: start)
        }
        let demand = Demand(job)
        let all = trusted(for: demand)
        let others = demand.tried.isEmpty ? [] : all.filter(demand.isAnother)
        let trusted = others.isEmpty ? all : others
        let busy = trusted.filter { !isFree($0, for: job) }
        guard busy.count == trusted.count else {
            return ahead == 0 ? "about to start" : "\(freePhrase(trusted, for: job)); \(place(ahead, start))"
        }
        let failed = all.filter { demand.tried.contains($0.name) }.map(\.name.rawValue).joined(separator: ", ")
        let isSecond = trusted.count < all.count && !failed.isEmpty
        let history = isSecond ? "the lab failed it on \(failed), so another board comes first: " : ""
        if trusted.count == 1 {
            let phrase = busyPhrase(trusted[0], for: job, isOnly: !isSecond)
            return "\(history)\(phrase)\(next(start)); \(place(ahead, start))"
        }
        let lent = busy.count { $0.reservation != nil }
        let people =
            lent == 0 ? "" : lent == busy.count ? ", all of them lent to people" : ", \(lent) of them lent to people"
        return
            "\(history)\(busy.count) of \(trusted.count) \(job.boardPhrase(count: trusted.count)) are busy\(people)\(next(start)); "
            + place(ahead, start)
    }

    // MARK: Words

    private func next(_ start: Forecast.Start?) -> String {
        guard let free = start?.firstFree else { return "" }
        return ", next free in \(about(free))"
    }

    private func place(_ ahead: Int, _ start: Forecast.Start?) -> String {
        guard ahead > 0 else { return "next in the queue" }
        let jobs = "\(ahead) \(ahead == 1 ? "job" : "jobs") ahead in the queue"
        return jobs + (start.map { ", its turn in \(about($0.start))" } ?? "")
    }

    /// Why a board that is free is not given to the job.
    private func freePhrase(_ trusted: [BoardRecord], for job: JobRecord) -> String {
        let free = trusted.filter { isFree($0, for: job) }
        let boards = free.count == 1 ? "a board is free" : "\(free.count) boards are free"
        return boards + (keeper(of: free, from: job).map { ", but kept for the group of job \($0)" } ?? "")
    }

    /// The first job of the group with an earlier turn that the boards are kept for until it has all of its boards.
    private func keeper(of free: [BoardRecord], from job: JobRecord) -> JobID? {
        let now = conditions.now.monotonic
        guard let entry = queue.waiting[job.id] else { return nil }
        let turn = queue.turn(of: entry.record, rank: entry.rank, at: now)
        let earlier = queue.groups.values.compactMap { group -> (turn: Turn, group: WaitingGroup)? in
            guard group.isWhole, group.size > 1, let own = queue.turn(of: group, at: now), own < turn else {
                return nil
            }
            return (own, group)
        }
        return earlier.sorted { $0.turn < $1.turn }.first { _, group in
            group.members.contains { member in free.contains { Demand(member).suits($0) } }
        }?.group.members.first?.id
    }

    private func about(_ moment: MonotonicTime) -> String {
        let seconds = max(0, moment.duration(since: conditions.now.monotonic).inSeconds)
        switch seconds {
        case ..<45: return "less than a minute"
        case ..<5400: return "about \(Int((seconds / 60).rounded())) min"
        case ..<172_800: return "about \(Int((seconds / 3600).rounded())) h"
        default: return "about \(Int((seconds / 86_400).rounded())) days"
        }
    }

    private func busyPhrase(_ board: BoardRecord, for job: JobRecord, isOnly: Bool) -> String {
        let subject =
            job.requestedBoard == board.name || !isOnly
            ? "the board \(board.name)" : "the only \(job.boardPhrase(count: 1)), \(board.name),"
        if !conditions.isReady(board.name), board.currentJob == nil, board.reservation == nil {
            return "\(subject) takes in a change of its file"
        }
        if let lease = board.reservation { return "\(subject) is lent: \(lease.story)" }
        if let check = board.currentJob, check == queue.checked[board.name] {
            return "\(subject) is being checked by its health check, job \(check)"
        }
        if let job = board.currentJob { return "\(subject) is busy with job \(job)" }
        if let check = queue.checked[board.name] { return "\(subject) waits for its health check, job \(check)" }
        if board.state == .idle, conditions.isDue?(board) == true { return "\(subject) is due for a health check" }
        return "\(subject) is busy"
    }

    private func reason(for group: WaitingGroup, ahead: Int, start: Forecast.Start?) -> String {
        guard group.isWhole else { return "its group waits for its other jobs" }
        let candidates = group.members.map { member in
            queue.pool.boardsAnew(for: Demand(member)).filter {
                let board = regard(queue.pool[$0])
                return board.health.acceptsJobs && isFree(board, for: member)
            }
        }
        let free = BoardMatching(candidates: candidates).boards.compactMap { $0 }.count
        let there = free == 0 ? "none is" : free == 1 ? "1 is" : "\(free) are"
        return "its group needs \(group.size) boards at once and \(there) free; \(place(ahead, start))"
    }

    // MARK: Boards

    private func trusted(for demand: Demand) -> [BoardRecord] {
        queue.pool.boardsAnew(for: demand).map { regard(queue.pool[$0]) }.filter { demand.trusts($0.health) }
    }

    private func isFree(_ board: BoardRecord, for job: JobRecord) -> Bool {
        board.state == .idle && !conditions.held.contains(board.name) && conditions.isReady(board.name)
            && (job.isHealthCheck || (queue.checked[board.name] == nil && conditions.isDue?(board) != true))
    }

    /// What keeps the job from ever running, as the boards are now.
    private func obstacle(for job: JobRecord) -> String? {
        let members = job.group.flatMap { queue.groups[$0.group]?.members } ?? [job]
        for member in members {
            let demand = Demand(member)
            let suitable = queue.pool.boardsAnew(for: demand).map { regard(queue.pool[$0]) }
            if suitable.isEmpty { return missingBoard(for: member, demand) }
            if !suitable.contains(where: { demand.trusts($0.health) }) { return untrusted(suitable, for: member) }
        }
        return nil
    }

    private func missingBoard(for job: JobRecord, _ demand: Demand) -> String {
        let boards = queue.pool.boards
        let fitting = boards.filter { demand.fits($0) }
        if fitting.isEmpty {
            if let departure = departure(for: job) { return departure }
            guard let name = job.requestedBoard else {
                return job.deviceType.map { "no board of type \($0)" } ?? "the lab has no boards"
            }
            guard queue.pool.number(of: name) != nil else { return "there is no board named \(name)" }
            return "the board \(name) is not of type \(job.deviceType.map(\.rawValue) ?? "unknown")"
        }
        let absent = job.tags.filter { tag in !fitting.contains { $0.tags.contains(tag) } }
        let subject =
            job.requestedBoard.map { "the board \($0) has not" }
            ?? "no \(job.boardPhrase(count: 1, withTags: false)) has"
        let tags = absent.isEmpty ? job.tags : absent
        return "\(subject) the \(tags.count == 1 ? "tag" : "tags") \(tags.joined(separator: ", "))"
            + (absent.isEmpty && tags.count > 1 ? " together" : "")
    }

    /// Which board would have fitted, and left.
    private func departure(for job: JobRecord) -> String? {
        let left = departures.last { left in
            (job.requestedBoard.map { $0 == left.name } ?? true) && (job.deviceType.map { $0 == left.type } ?? true)
                && queue.pool.number(of: left.name) == nil
        }
        guard let left else { return nil }
        let subject = job.requestedBoard == nil ? "the last \(job.boardPhrase(count: 1, withTags: false))" : "the board"
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
    /// The boards it may run on, such as `virt-arm64-ab boards` or `board of type X with the tag can`.
    fileprivate func boardPhrase(count: Int, withTags: Bool = true) -> String {
        let list = tags.joined(separator: ", ")
        let with = tags.isEmpty || !withTags ? "" : " with the \(tags.count == 1 ? "tag" : "tags") \(list)"
        guard count > 1 else { return (deviceType.map { "board of type \($0)" } ?? "board") + with }
        return (deviceType.map { "\($0) boards" } ?? "boards") + with
    }
}
