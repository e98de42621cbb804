import LabModel

/// What the end of one job of a group means for the others: LAVA's rule of essential roles.
///
/// Jobs that still wait for boards are none of its business: the store ends them with the first of their group.
enum GroupEnd {
    /// The jobs that are cancelled because `record` ended, or is being cancelled.
    static func cancelled(with record: JobRecord, among members: [JobRecord]) -> [JobID] {
        guard let group = record.group, group.isEssential, record.endsBadly else { return [] }
        return members.filter { member in
            member.id != record.id && member.group?.group == group.group
                && (JobState.scheduling ... .running).contains(member.state)
        }.map(\.id)
    }

    /// Why, in words.
    static func reason(_ record: JobRecord) -> String {
        let number = record.group.map { "\($0.number) (\($0.role))" } ?? "\(record.id)"
        let words = record.health == .incomplete ? "ended incomplete" : "was canceled"
        let cause = record.failure.map { ": \($0.message)" } ?? ""
        return String("the essential job \(number) of its group \(words)\(cause)".prefix(500))
    }
}

extension JobRecord {
    /// Whether it ended other than complete, or will.
    fileprivate var endsBadly: Bool {
        state == .canceling || (state == .finished && health != .complete)
    }
}

extension Scheduler {
    /// Cancels those that cannot go on without `job`.
    func endGroup(with job: JobID) async throws(Failure) {
        guard let record = try await store.job(job), let group = record.group else { return }
        let members = try await store.jobs(JobQuery(group: group.group, limit: 1000))
        for other in GroupEnd.cancelled(with: record, among: members) {
            let state = try await store.cancel(other, by: "labd", reason: GroupEnd.reason(record))
            if state == .canceling { runs[other]?.cancel.yield() }
        }
    }
}
