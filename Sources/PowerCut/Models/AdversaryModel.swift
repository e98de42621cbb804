/// The worst power supply: every boot is cut right after its first write, again and again. It finds attempt counters that
/// run out.
public struct AdversaryModel: CrashModel {
    public let name = ModelName.adversary
    private let cuts: Int
    private let continues: Bool
    private var queue: [StateID]
    private var position = 0
    private var decided = 0
    private var isCut = false
    // Boots whose first write was too large to be kept.
    private var leftOut = 0

    /// Starts from the prefixes `starts`, with up to `cuts` cuts each. With `census` a chain goes on behind a failure.
    public init(starts: [Int], cuts: Int = 10, census: Bool = false) {
        self.cuts = cuts
        continues = census
        queue = starts.map(StateID.prefix)
    }

    public mutating func next() -> StateID? {
        guard position < queue.count else { return nil }
        defer { position += 1 }
        return queue[position]
    }

    public mutating func learned(_ id: StateID, _ lesson: Lesson) {
        decided += 1
        guard id.recoveries.count < cuts, continues || !lesson.isFailing else { return }
        guard lesson.recording.writeCount > 0 else {
            leftOut += lesson.recording.leftOut > 0 ? 1 : 0
            return
        }
        queue.append(id.recovery(cutAfter: 1))
    }

    public mutating func gaveUp(_ id: StateID) { isCut = true }

    public var coverage: ModelCoverage {
        ModelCoverage(
            states: nil, handedOut: position, fraction: queue.isEmpty ? 1 : Double(decided) / Double(queue.count),
            isComplete: decided == queue.count && !isCut && leftOut == 0, leftOut: leftOut)
    }
}
