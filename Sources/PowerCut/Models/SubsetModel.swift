/// Every subset of the writes that no flush had made durable, window by window, lazily.
public struct SubsetModel: CrashModel {
    public let name = ModelName.subsets
    // In the order in which they are looked at.
    private(set) var trees: [DecisionTree]
    private var owner: [StateID: Int] = [:]

    /// `perEpoch` bounds the states handed out for each window. With `census` a failing state is looked below, so that
    /// the failing share is exact; without it one failure there is enough.
    public init(_ space: CrashSpace, perEpoch: Int = 25, census: Bool = false) {
        let places = Dictionary(
            uniqueKeysWithValues: space.cutsFailingFirst().enumerated().map { ($0.element, $0.offset) })
        trees = space.epochs.windows
            .sorted { (places[$0.cut] ?? 0, $0.cut) < (places[$1.cut] ?? 0, $1.cut) }
            .map { DecisionTree($0, space: space, limit: max(1, perEpoch), isCensus: census) }
    }

    public mutating func next() -> StateID? {
        for index in trees.indices where !trees[index].isDone {
            if let id = trees[index].next() {
                owner[id] = index
                return id
            }
        }
        return nil
    }

    /// The writes that every subset has lost which a boot of `id` with these reads stands for.
    func lostWrites(_ id: StateID, _ log: ReadLog) -> [Int]? {
        owner[id].flatMap { trees[$0].lostWrites(id, log) }
    }

    public mutating func learned(_ id: StateID, _ lesson: Lesson) {
        guard let index = owner.removeValue(forKey: id) else { return }
        trees[index].learned(id, lesson)
    }

    public mutating func gaveUp(_ id: StateID) {
        guard let index = owner.removeValue(forKey: id) else { return }
        trees[index].gaveUp(id)
    }

    public var coverage: ModelCoverage {
        let epochs = trees.map(\.coverage).sorted { $0.cut < $1.cut }
        let states = epochs.reduce(0.0) {
            $0 + Double(sign: .plus, exponent: min($1.volatileCount, 1000), significand: 1)
        }
        return ModelCoverage(
            states: states, handedOut: epochs.reduce(0) { $0 + $1.handedOut },
            fraction: epochs.isEmpty ? 1 : epochs.reduce(0) { $0 + $1.fraction } / Double(epochs.count),
            isComplete: epochs.allSatisfy(\.isComplete), epochs: epochs)
    }
}
