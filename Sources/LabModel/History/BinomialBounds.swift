import Glibc

/// What counted failures say of the probability of failure: the exact bounds of Clopper and Pearson (Biometrika 26,
/// 1934), from the binomial distribution itself.
public struct BinomialBounds: Hashable, Sendable {
    public let failures: Int
    public let trials: Int

    /// - Parameter failures: 0...trials; held to that range.
    public init(failures: Int, of trials: Int) {
        self.trials = max(0, trials)
        self.failures = min(max(0, failures), self.trials)
    }

    /// The probability that more failures than these were to be expected with `confidence`: the upper end of a one-sided
    /// interval. Without failures that is 1 - (1 - confidence)^(1/n), for 95 % about 3/n, the rule of three.
    ///
    /// - Returns: 0...1; 1 without trials.
    public func upper(confidence: Double = 0.95) -> Double {
        guard failures < trials else { return 1 }
        let tail = 1 - confidence
        if failures == 0 { return -expm1(log(tail) / Double(trials)) }
        return Self.root { self.probability(ofAtMost: failures, at: $0) > tail }
    }

    /// The lower end of a one-sided interval.
    ///
    /// - Returns: 0...1; 0 without failures.
    public func lower(confidence: Double = 0.95) -> Double {
        guard failures > 0 else { return 0 }
        let tail = 1 - confidence
        if failures == trials { return exp(log(tail) / Double(trials)) }
        return Self.root { 1 - self.probability(ofAtMost: failures - 1, at: $0) < tail }
    }

    /// The two-sided interval: each end leaves half of what `confidence` leaves.
    public func interval(confidence: Double = 0.95) -> ClosedRange<Double> {
        let each = (1 + confidence) / 2
        return lower(confidence: each)...upper(confidence: each)
    }

    /// Cuts without a failure after which the upper bound is at most `bound` (0...1, neither end included).
    public static func trials(forBound bound: Double, confidence: Double = 0.95) -> Int {
        Int((log(1 - confidence) / log1p(-bound)).rounded(.up))
    }

    /// P(X <= count) of a binomial distribution with this many trials.
    private func probability(ofAtMost count: Int, at p: Double) -> Double {
        guard p > 0 else { return 1 }
        guard p < 1 else { return count >= trials ? 1 : 0 }
        // In logarithms, from one term to the next: neither the coefficients nor the powers fit otherwise.
        var term = Double(trials) * log1p(-p)
        let odds = log(p) - log1p(-p)
        var sum = exp(term)
        for index in stride(from: 1, through: count, by: 1) {
            term += log(Double(trials - index + 1) / Double(index)) + odds
            sum += exp(term)
        }
        return min(1, sum)
    }

    /// Where `isBelow` turns from true to false in 0...1.
    private static func root(_ isBelow: (Double) -> Bool) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<80 where high - low > 1e-14 {
            let middle = (low + high) / 2
            if isBelow(middle) { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
