/// A small seeded generator, so that what chance decides is the same whenever it is done again.
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable, Codable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Any duration of `range` with the same chance, its upper end left out unless it is the only one.
    public mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        let width = (range.upperBound - range.lowerBound).nanoseconds
        guard width > 0 else { return range.lowerBound }
        return range.lowerBound + .nanoseconds(Int64(next(upperBound: UInt64(width))))
    }

    /// 0..<1.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Normally distributed with mean 0 and standard deviation 1, closely enough for modelled hardware: twelve uniform
    /// numbers less six, so never beyond six.
    public mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + unit() } }
}
