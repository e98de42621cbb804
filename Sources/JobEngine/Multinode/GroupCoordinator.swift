import LabModel

/// The messages, waits and barriers of one group in one of its runs. Knows no board and no clock.
///
/// As LAVA's coordinator has it: a message stays for the life of the group and reaches everybody, the sender too;
/// `lava-wait` is done with the first message of that name, `lava-wait-all` when all of the group, or of a role, have sent
/// one, `lava-sync` when all of the group have come to it, after which its name is free again. Other than there, a wait
/// that can never be done because jobs have ended is refused at once.
struct GroupCoordinator: Sendable {
    /// One request of one job.
    struct Ticket: Hashable, Sendable {
        var job: JobID
        /// Tells the job's requests apart.
        var token: String
    }

    struct Answer: Equatable, Sendable {
        var ticket: Ticket
        var reply: GroupReply
    }

    /// Names of messages and barriers in one group, and requests of one job that wait at a time.
    static let mostNames = 1000
    static let mostWaiting = 64

    private let roster: GroupRoster
    /// How each job ended that has.
    private var ended: [JobID: String] = [:]
    /// By name, in the order in which jobs first sent it.
    private var messages: [String: [GroupMessage]] = [:]
    /// By name, who waits at the barrier.
    private var arrived: [String: Set<JobID>] = [:]
    /// In the order of asking.
    private var waiting: [(ticket: Ticket, request: GroupRequest)] = []

    init(roster: GroupRoster) {
        self.roster = roster
    }

    /// Takes a request.
    ///
    /// - Returns: what can be answered now, to whomever.
    mutating func ask(_ request: GroupRequest, _ ticket: Ticket) -> [Answer] {
        if let reason = obstacle(to: request, of: ticket) { return [Answer(ticket: ticket, reply: .refused(reason))] }
        switch request {
        case .send(let name, let pairs):
            let message = GroupMessage(job: ticket.job, pairs: pairs)
            var all = messages[name] ?? []
            if let place = all.firstIndex(where: { $0.job == ticket.job }) {
                all[place] = message
            } else {
                all.append(message)
            }
            messages[name] = all
            return [Answer(ticket: ticket, reply: .done([]))] + settle()
        case .sync(let name):
            arrived[name, default: []].insert(ticket.job)
        case .wait, .waitAll: break
        }
        waiting.append((ticket, request))
        return settle()
    }

    /// A job has ended: nothing comes from it any more.
    ///
    /// - Parameter words: how, such as `has ended (Incomplete)`.
    mutating func end(_ job: JobID, _ words: String) -> [Answer] {
        guard ended[job] == nil, roster.member(job) != nil else { return [] }
        ended[job] = words
        waiting.removeAll { $0.ticket.job == job }
        return settle()
    }

    /// Whoever asked does not wait any more.
    mutating func withdraw(_ ticket: Ticket) {
        guard let place = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
        if case .sync(let name) = waiting.remove(at: place).request { arrived[name]?.remove(ticket.job) }
    }

    /// What is missing for a request that waits, in words.
    func missing(_ ticket: Ticket) -> String? {
        waiting.first { $0.ticket == ticket }.map { lack(of: $0.request) }
    }

    // MARK: What a request needs

    private func obstacle(to request: GroupRequest, of ticket: Ticket) -> String? {
        let name = request.message
        if messages.count + arrived.count >= Self.mostNames, messages[name] == nil, arrived[name] == nil {
            return "the group uses more than \(Self.mostNames) names of messages"
        }
        if request.isAnswered, waiting.count(where: { $0.ticket.job == ticket.job }) >= Self.mostWaiting {
            return "the job waits for more than \(Self.mostWaiting) messages at once"
        }
        if case .waitAll(_, let role?) = request, !roster.members.contains(where: { $0.role == role }) {
            let roles = Set(roster.members.map(\.role)).sorted().joined(separator: ", ")
            return "no job of the group has the role '\(role.shown)'; there are \(roles)"
        }
        return nil
    }

    private enum Prospect {
        case done([GroupMessage])
        case open
        case hopeless(String)
    }

    private mutating func settle() -> [Answer] {
        var answers: [Answer] = []
        // A barrier that is complete lets all through at once, and only then is its name free again.
        let prospects = waiting.map { prospect(of: $0.request, for: $0.ticket.job) }
        var rest: [(ticket: Ticket, request: GroupRequest)] = []
        for (entry, prospect) in zip(waiting, prospects) {
            switch prospect {
            case .open: rest.append(entry)
            case .done(let messages):
                if case .sync(let name) = entry.request { arrived[name] = nil }
                answers.append(Answer(ticket: entry.ticket, reply: .done(messages)))
            case .hopeless(let reason):
                if case .sync(let name) = entry.request { arrived[name]?.remove(entry.ticket.job) }
                answers.append(Answer(ticket: entry.ticket, reply: .refused(reason)))
            }
        }
        waiting = rest
        return answers
    }

    private func prospect(of request: GroupRequest, for job: JobID) -> Prospect {
        switch request {
        case .send: return .done([])
        case .wait(let name):
            if let sent = messages[name], !sent.isEmpty { return .done(sent) }
            let others = roster.members.filter { $0.job != job }
            // Whoever asks may still send it from another process of its board, when it is alone from the beginning.
            guard !others.isEmpty, others.allSatisfy({ ended[$0.job] != nil }) else { return .open }
            return .hopeless("all other jobs of the group have ended, and none has sent '\(name.shown)'")
        case .waitAll(let name, _):
            let absent = absentees(request)
            if absent.isEmpty { return .done(wanted(request).compactMap { member in sent(name, by: member.job) }) }
            return absent.first { ended[$0.job] != nil }.map {
                .hopeless("\(inWords($0)) \(ended[$0.job] ?? "") and has not sent '\(name.shown)'")
            } ?? .open
        case .sync:
            if absentees(request).isEmpty { return .done([]) }
            return roster.members.first { ended[$0.job] != nil }.map {
                .hopeless("\(inWords($0)) \(ended[$0.job] ?? "") and does not come to it any more")
            } ?? .open
        }
    }

    /// The jobs that a request is about.
    private func wanted(_ request: GroupRequest) -> [GroupRoster.Member] {
        guard case .waitAll(_, let role?) = request else { return roster.members }
        return roster.members.filter { $0.role == role }
    }

    private func absentees(_ request: GroupRequest) -> [GroupRoster.Member] {
        wanted(request).filter { member in
            if case .sync(let name) = request { return arrived[name]?.contains(member.job) != true }
            return sent(request.message, by: member.job) == nil
        }
    }

    private func sent(_ name: String, by job: JobID) -> GroupMessage? {
        messages[name]?.first { $0.job == job }
    }

    private func lack(of request: GroupRequest) -> String {
        switch request {
        case .send, .wait: return "nobody has sent it"
        case .waitAll, .sync:
            let absent = absentees(request)
            let names = absent.prefix(5).map { inWords($0) }.joined(separator: ", ")
            let more = absent.count > 5 ? " and \(absent.count - 5) more" : ""
            let verb = if case .sync = request { "not come to it" } else { "not sent it" }
            return "\(names)\(more) \(absent.count == 1 ? "has" : "have") \(verb)"
        }
    }

    /// `job 12.1 (client)`.
    private func inWords(_ member: GroupRoster.Member) -> String {
        let place = roster.members.firstIndex { $0.job == member.job } ?? 0
        return "job \(roster.group).\(place) (\(member.role))"
    }
}
