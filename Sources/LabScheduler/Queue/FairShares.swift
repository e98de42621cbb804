import Glibc
import LabModel

/// How much board time each submitter used lately. What was used an hour ago counts half.
struct FairShares: Sendable {
    static let halfLife = Duration.seconds(3600)
    /// Shares below this are forgotten, in seconds.
    private static let floor = 1.0

    private struct Share {
        var seconds: Double
        var at: MonotonicTime
    }

    private var shares: [String: Share] = [:]

    /// Board time of `submitter`, faded.
    func share(of submitter: String, at now: MonotonicTime) -> Duration {
        guard let share = shares[submitter] else { return .zero }
        return .milliseconds(Int64(faded(share, at: now) * 1000))
    }

    /// Adds board time that `submitter` uses; negative to take back what was charged too much.
    ///
    /// - Parameter age: how long ago it was used.
    mutating func charge(_ submitter: String, _ time: Duration, age: Duration = .zero, at now: MonotonicTime) {
        let before = shares[submitter].map { faded($0, at: now) } ?? 0
        let seconds = max(0, before + time.inSeconds * Self.weight(ofAge: age))
        shares[submitter] = seconds < Self.floor ? nil : Share(seconds: seconds, at: now)
    }

    private func faded(_ share: Share, at now: MonotonicTime) -> Double {
        share.seconds * Self.weight(ofAge: now.duration(since: share.at))
    }

    private static func weight(ofAge age: Duration) -> Double {
        exp2(-max(0, age.inSeconds) / halfLife.inSeconds)
    }
}
