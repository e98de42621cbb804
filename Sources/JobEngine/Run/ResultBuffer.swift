import LabModel

/// Collects results and stores them in batches: at most 50, and none older than 50 ms.
struct ResultBuffer {
    static let batch = 50
    static let patience = Duration.milliseconds(50)

    private var pending: [ResultRecord] = []
    private var oldest: MonotonicTime?

    /// When the buffer must be stored at the latest; nil while it is empty.
    var due: MonotonicTime? { oldest?.advanced(by: Self.patience) }

    /// Adds a record; returns a full batch to be stored now, or nil.
    mutating func add(_ record: ResultRecord, now: MonotonicTime) -> [ResultRecord]? {
        pending.append(record)
        oldest = oldest ?? now
        return pending.count >= Self.batch ? drain() : nil
    }

    /// Takes what is due by `now`, or nil.
    mutating func takeDue(now: MonotonicTime) -> [ResultRecord]? {
        guard let due, due <= now else { return nil }
        return drain()
    }

    /// Takes everything.
    mutating func drain() -> [ResultRecord] {
        defer {
            pending = []
            oldest = nil
        }
        return pending
    }
}
