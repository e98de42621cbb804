/// Numbers of the same thing, measured again and again.
public struct Samples: Sendable {
    public private(set) var sorted: [Double]

    /// - Precondition: at least one value.
    public init(_ values: [Double]) {
        precondition(!values.isEmpty, "no sample was taken")
        sorted = values.sorted()
    }

    public var median: Double { quantile(0.5) }
    public var least: Double { sorted[0] }
    public var most: Double { sorted[sorted.count - 1] }

    /// The value below which the share `q` (0...1) lies, between neighbours by straight line.
    public func quantile(_ q: Double) -> Double {
        let place = q * Double(sorted.count - 1)
        let below = Int(place)
        guard below + 1 < sorted.count else { return most }
        return sorted[below] + (sorted[below + 1] - sorted[below]) * (place - Double(below))
    }
}
