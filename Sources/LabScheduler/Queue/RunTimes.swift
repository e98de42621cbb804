import LabModel

/// How long jobs run, learned from those that ended: by name and type, else by type.
struct RunTimes: Sendable {
    /// What a submitter is charged for a job of which nothing is known.
    static let unknown = Duration.seconds(600)
    /// Names that are remembered; beyond, new ones are known by their type only.
    private static let limit = 20_000
    /// The newest run counts a quarter.
    private static let weight = 0.25

    private struct Key: Hashable {
        var name: String?
        var type: DeviceTypeName?
    }

    private var seconds: [Key: Double] = [:]

    /// Nil when neither this job nor one of its type ran before.
    func estimate(_ job: JobRecord) -> Duration? {
        let known = seconds[Key(name: job.name, type: job.deviceType)] ?? seconds[Key(type: job.deviceType)]
        return known.map { .milliseconds(Int64($0 * 1000)) }
    }

    /// Learns from a run that came to its own end.
    mutating func note(_ job: JobRecord) {
        guard let length = job.runLength, job.health != .canceled else { return }
        learn(Key(type: job.deviceType), length.inSeconds)
        let key = Key(name: job.name, type: job.deviceType)
        if seconds[key] != nil || seconds.count < Self.limit { learn(key, length.inSeconds) }
    }

    private mutating func learn(_ key: Key, _ length: Double) {
        seconds[key] = seconds[key].map { $0 + (length - $0) * Self.weight } ?? length
    }
}

extension JobRecord {
    /// How long it ran; nil for a job that did not run or has not ended.
    var runLength: Duration? {
        guard let started, let ended else { return nil }
        return .nanoseconds(max(0, ended.nanoseconds - started.nanoseconds))
    }
}
