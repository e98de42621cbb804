/// What of the lab's memory goes, and when. Nil keeps for ever.
public struct RetentionPolicy: Hashable, Sendable {
    /// Logs of jobs, from the job's end.
    public var logs: Duration?
    /// Transcripts of consoles, from their last line.
    public var consoles: Duration?
    /// Cached images from their last use, recordings of power cuts from their job's end.
    public var artifacts: Duration?
    /// Jobs with everything that is known of them, from their end; and what boards did, from when they did it.
    public var results: Duration?
    /// The newest finished jobs of each device type keep everything, however old they are.
    public var keepLast: Int
    /// How often it is looked at.
    public var interval: Duration

    public init(
        logs: Duration? = nil, consoles: Duration? = nil, artifacts: Duration? = nil, results: Duration? = nil,
        keepLast: Int = 20, interval: Duration = .seconds(3600)
    ) {
        self.logs = logs
        self.consoles = consoles
        self.artifacts = artifacts
        self.results = results
        self.keepLast = keepLast
        self.interval = interval
    }

    /// Whether anything ever goes by age.
    public var isForEver: Bool { logs == nil && consoles == nil && artifacts == nil && results == nil }

    /// The policy while the disk is short of space. What is kept for ever stays for ever; of the rest, recordings and
    /// cached images do not wait for their age when it is low, and logs and transcripts neither when it is critical.
    public func under(_ level: DiskLevel) -> RetentionPolicy {
        var policy = self
        if level >= .low, artifacts != nil { policy.artifacts = .zero }
        if level >= .critical {
            if logs != nil { policy.logs = .zero }
            if consoles != nil { policy.consoles = .zero }
        }
        return policy
    }
}

/// Ages as people write them: `90d`, `2 weeks`, `2y`, `never`.
public enum AgeText {
    private static let days: [String: Int64] = [
        "d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7, "month": 30, "months": 30, "y": 365, "year": 365,
        "years": 365,
    ]
    private static let hours: Set<String> = ["h", "hour", "hours"]

    /// The age; `.some(nil)` for `never`, nil for anything that is none. At most a hundred years.
    public static func parse(_ text: String) -> Duration?? {
        if text == "never" { return .some(nil) }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = String(text.dropFirst(digits.count).drop { $0 == " " })
        guard digits.count <= 7, let count = Int64(digits), count > 0 else { return nil }
        let seconds: Int64
        if hours.contains(unit) {
            seconds = count * 3600
        } else if let length = days[unit] {
            seconds = count * length * 86_400
        } else {
            return nil
        }
        return seconds <= 36_500 * 86_400 ? .some(.seconds(seconds)) : nil
    }

    /// `90 d`, `36 h`; `never` for nil.
    public static func text(_ age: Duration?) -> String {
        guard let age else { return "never" }
        let hours = age.components.seconds / 3600
        return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours) h"
    }
}
