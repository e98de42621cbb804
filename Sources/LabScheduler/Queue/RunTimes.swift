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
    /// The same of those that ran to their end: how soon one fails says nothing of when a board is free.
    private var wholeSeconds: [Key: Double] = [:]

    /// How long a run takes, however it ends; nil when neither this job nor one of its type ran before.
    func estimate(_ job: JobRecord) -> Duration? { Self.length(of: job, in: seconds) }

    /// How long a run takes that gets to its end; nil when neither this job nor one of its type did before.
    func wholeEstimate(_ job: JobRecord) -> Duration? { Self.length(of: job, in: wholeSeconds) }

    private static func length(of job: JobRecord, in seconds: [Key: Double]) -> Duration? {
        let known = seconds[Key(name: job.name, type: job.deviceType)] ?? seconds[Key(type: job.deviceType)]
        return known.map { .milliseconds(Int64($0 * 1000)) }
    }

    /// Learns from a run that came to its own end.
    mutating func note(_ job: JobRecord) {
        guard let length = job.runLength, job.health != .canceled else { return }
        Self.learn(job, length.inSeconds, &seconds)
        if job.health == .complete { Self.learn(job, length.inSeconds, &wholeSeconds) }
    }

    private static func learn(_ job: JobRecord, _ length: Double, _ seconds: inout [Key: Double]) {
        for key in [Key(type: job.deviceType), Key(name: job.name, type: job.deviceType)] {
            guard seconds[key] != nil || key.name == nil || seconds.count < limit else { continue }
            seconds[key] = seconds[key].map { $0 + (length - $0) * weight } ?? length
        }
    }
}

extension JobRecord {
    /// How long it ran; nil for a job that did not run or has not ended.
    var runLength: Duration? {
        guard let started, let ended else { return nil }
        return .nanoseconds(max(0, ended.nanoseconds - started.nanoseconds))
    }
}
