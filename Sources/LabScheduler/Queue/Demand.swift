import LabModel

/// What a job asks of its board. Jobs that ask the same wait in the same line.
struct Demand: Hashable, Sendable {
    var type: DeviceTypeName?
    var board: BoardName?
    /// Sorted.
    var tags: [String]
    /// Boards that failed the job before, sorted: taken only when the lab has no other for it.
    var tried: [BoardName]
    /// Health checks may have boards that no other job gets.
    var isHealthCheck: Bool

    init(_ job: JobRecord) {
        type = job.deviceType
        board = job.requestedBoard
        tags = job.tags.sorted()
        tried = Set(job.tried).sorted()
        isHealthCheck = job.isHealthCheck
    }

    /// Whether name and type are what is asked for, tags aside.
    func fits(_ record: BoardRecord) -> Bool {
        (board.map { $0 == record.name } ?? true) && (type.map { $0 == record.type } ?? true)
    }

    /// Whether this board is what is asked for, whatever it is doing now.
    func suits(_ record: BoardRecord) -> Bool {
        fits(record) && tags.allSatisfy(record.tags.contains)
    }

    /// Whether a board comes before those that failed the job, also when it is busy now. One that a person has may be
    /// busy for days.
    func isAnother(_ record: BoardRecord) -> Bool {
        trusts(record.health) && !tried.contains(record.name) && !record.isLent
    }

    /// Whether a board of this health is given at all.
    func trusts(_ health: BoardHealth) -> Bool {
        health.acceptsJobs || (isHealthCheck && health == .looping)
    }
}

extension BoardRecord {
    /// Whether a person has it: then nobody can say for how long.
    var isLent: Bool { state == .reserved && currentJob == nil }
}
