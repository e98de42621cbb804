/// Cut again while the board recovers: after each write of the recovery boot, and so on to a depth.
public struct NestedModel: CrashModel {
    public let name = ModelName.nested
    /// Writes of one recovery boot that are cut.
    public static let writesKept = 64
    private let depth: Int
    private let perBoot: Int
    private var queue: [StateID]
    private var position = 0
    private var decided = 0
    // Cuts that were left out because a boot wrote more than is kept of it.
    private var leftOut = 0
    // States of which nothing could be found out.
    private var unknown = 0

    /// Starts from the prefixes `starts`. `perBoot` bounds the cuts within one recovery boot.
    public init(starts: [Int], depth: Int, perBoot: Int = NestedModel.writesKept) {
        self.depth = depth
        self.perBoot = perBoot
        queue = starts.map(StateID.prefix)
    }

    public mutating func next() -> StateID? {
        guard position < queue.count else { return nil }
        defer { position += 1 }
        return queue[position]
    }

    public mutating func learned(_ id: StateID, _ lesson: Lesson) {
        decided += 1
        guard id.recoveries.count < depth, !lesson.isFailing else { return }
        let cuts = min(perBoot, lesson.recording.writeCount)
        leftOut += max(0, lesson.recording.writeCount - cuts) + lesson.recording.leftOut
        if cuts > 0 { queue += (1...cuts).map(id.recovery(cutAfter:)) }
    }

    public mutating func gaveUp(_ id: StateID) { unknown += 1 }

    public var coverage: ModelCoverage {
        let known = queue.count + leftOut
        return ModelCoverage(
            states: nil, handedOut: position, fraction: known == 0 ? 1 : Double(decided) / Double(known),
            isComplete: decided == known && unknown == 0, leftOut: leftOut)
    }
}
