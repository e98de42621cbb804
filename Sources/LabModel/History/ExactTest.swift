import Glibc

/// Whether one group fails more often than another by more than chance: Fisher's exact test, one-sided, from the
/// hypergeometric distribution itself. It is as sound on three trials as on three thousand.
public struct ExactTest: Hashable, Sendable {
    /// The group that is suspected.
    public var failures: Int
    public var trials: Int
    /// Those it is held against.
    public var otherFailures: Int
    public var otherTrials: Int

    /// Counts are held to what is possible: `failures` to 0...`trials`, likewise the others.
    public init(failures: Int, of trials: Int, against otherFailures: Int, of otherTrials: Int) {
        self.trials = max(0, trials)
        self.failures = min(max(0, failures), self.trials)
        self.otherTrials = max(0, otherTrials)
        self.otherFailures = min(max(0, otherFailures), self.otherTrials)
    }

    /// The probability of so many failures or more in the suspected group if both groups were alike.
    ///
    /// - Returns: 0...1; 1 when one of the groups is empty or nothing failed.
    public var chance: Double {
        let all = trials + otherTrials
        let failed = failures + otherFailures
        guard failures > 0, otherTrials > 0 else { return 1 }
        let most = min(trials, failed)
        let whole = Self.logChoose(all, trials)
        var sum = 0.0
        for count in failures...most {
            let others = trials - count
            guard others <= all - failed else { continue }
            sum += exp(Self.logChoose(failed, count) + Self.logChoose(all - failed, others) - whole)
        }
        return min(1, sum)
    }

    private static func logChoose(_ n: Int, _ k: Int) -> Double {
        guard k > 0, k < n else { return 0 }
        return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
    }

    /// `lgamma` keeps a sign in a global variable; this one may be called from any thread.
    private static func logGamma(_ value: Int) -> Double {
        var sign: Int32 = 0
        return lgamma_r(Double(value), &sign)
    }
}

extension ExactTest {
    /// Whether `values` lie above `others` by more than chance: both are counted against their common median (Mood's
    /// median test).
    public init(_ values: [Double], above others: [Double]) {
        let median = (values + others).median ?? 0
        self.init(
            failures: values.count { $0 > median }, of: values.count, against: others.count { $0 > median },
            of: others.count)
    }
}

extension [Double] {
    /// The middle value, or between the two in the middle; nil for none.
    public var median: Double? {
        guard !isEmpty else { return nil }
        let sorted = sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
