import LabModel

/// The groups that run now, each with its coordinator. A room opens with the first job of a group's run and closes when
/// the last has ended.
actor GroupRooms {
    typealias Ticket = GroupCoordinator.Ticket

    private struct Room {
        var roster: GroupRoster
        var coordinator: GroupCoordinator
        /// By job, what it has not taken yet.
        var answers: [JobID: [String: GroupReply]] = [:]
        var left: Set<JobID> = []
        /// The runs that take part, by job.
        var present: [JobID: Lease] = [:]

        init(_ roster: GroupRoster) {
            self.roster = roster
            coordinator = GroupCoordinator(roster: roster)
        }

        mutating func deliver(_ answers: [GroupCoordinator.Answer]) {
            for answer in answers { self.answers[answer.ticket.job, default: [:]][answer.ticket.token] = answer.reply }
        }

        mutating func end(_ job: JobID, _ words: String) {
            guard left.insert(job).inserted else { return }
            answers[job] = nil
            deliver(coordinator.end(job, words))
        }
    }

    /// By group.
    private var rooms: [JobID: Room] = [:]

    /// A job begins to run.
    func enter(_ lease: Lease, _ roster: GroupRoster) {
        let isOld = rooms[roster.group].map { $0.roster.run < roster.run || $0.left.contains(lease.job) } ?? true
        if isOld { rooms[roster.group] = Room(roster) }
        rooms[roster.group]?.present[lease.job] = lease
        note(roster)
    }

    /// Jobs of the group that have ended already, as the store knows it.
    func note(_ roster: GroupRoster) {
        for member in roster.members {
            if let ending = member.ending { rooms[roster.group]?.end(member.job, Self.words(ending)) }
        }
    }

    /// A lease of a job of the group has ended, with or without a run. A job that goes back into the queue has not: its
    /// group runs again as a whole, maybe already, and then in a room of its own.
    func leave(_ lease: Lease, _ roster: GroupRoster) {
        guard var room = rooms[roster.group] else { return }
        let wasThere = room.present[lease.job] == lease
        if wasThere { room.present[lease.job] = nil }
        let isOver: Bool
        if let ending = roster.member(lease.job)?.ending {
            room.end(lease.job, Self.words(ending))
            isOver = room.left.count >= room.roster.members.count
        } else {
            isOver = wasThere && room.present.isEmpty
        }
        rooms[roster.group] = isOver ? nil : room
    }

    func ask(_ request: GroupRequest, _ ticket: Ticket, in group: JobID) {
        guard var room = rooms[group] else { return }
        room.deliver(room.coordinator.ask(request, ticket))
        rooms[group] = room
    }

    /// The answers that came for a job since it last asked.
    func answers(for job: JobID, in group: JobID) -> [String: GroupReply] {
        rooms[group]?.answers.removeValue(forKey: job) ?? [:]
    }

    /// The answer to one request, when it is there.
    func answer(to ticket: Ticket, in group: JobID) -> GroupReply? {
        rooms[group]?.answers[ticket.job]?.removeValue(forKey: ticket.token)
    }

    /// Whoever asked does not wait any more.
    ///
    /// - Returns: what was missing, in words.
    @discardableResult
    func withdraw(_ ticket: Ticket, in group: JobID) -> String? {
        let missing = rooms[group]?.coordinator.missing(ticket)
        rooms[group]?.coordinator.withdraw(ticket)
        // It may have come in this moment.
        rooms[group]?.answers[ticket.job]?[ticket.token] = nil
        return missing
    }

    private static func words(_ ending: JobHealth) -> String { "has ended (\(ending.name))" }
}
