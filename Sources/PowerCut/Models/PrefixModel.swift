/// What a device leaves that writes in order and does not lie: all of the first n writes, for every n.
public struct PrefixModel: CrashModel {
    public let name = ModelName.prefix
    private let cuts: [Int]
    private var position = 0
    private var decided = 0

    /// `cuts` in the order in which they are wanted, 0...N.
    public init(cuts: [Int]) {
        self.cuts = cuts
    }

    public mutating func next() -> StateID? {
        guard position < cuts.count else { return nil }
        defer { position += 1 }
        return .prefix(cuts[position])
    }

    public mutating func learned(_ id: StateID, _ lesson: Lesson) { decided += 1 }

    public mutating func gaveUp(_ id: StateID) {}

    public var coverage: ModelCoverage {
        ModelCoverage(
            states: Double(cuts.count), handedOut: position,
            fraction: cuts.isEmpty ? 1 : Double(decided) / Double(cuts.count), isComplete: decided == cuts.count)
    }
}
