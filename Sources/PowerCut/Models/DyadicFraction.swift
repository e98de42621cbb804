/// A sum of powers of one half, exact at any size: the share of subsets that leaves of a decision tree cover.
public struct DyadicFraction: Hashable, Sendable {
    // The binary digits after the point that are set: exponent e stands for 2^-e; 0 is the one before it.
    private var digits: Set<Int> = []

    public init() {}

    /// Adds 2^-exponent.
    public mutating func add(powerOfHalf exponent: Int) {
        var place = exponent
        while digits.remove(place) != nil { place -= 1 }
        digits.insert(place)
    }

    /// Exactly one.
    public var isOne: Bool { digits == [0] }

    /// The nearest number, never 1 unless it is one.
    public var value: Double {
        if isOne { return 1 }
        let sum = digits.sorted(by: >).reduce(0.0) {
            $0 + Double(sign: .plus, exponent: -min($1, 1000), significand: 1)
        }
        return min(sum, 1.0.nextDown)
    }
}
