/// A prefix, and a part of the write that was under way: its first or its last sectors.
public struct TornModel: CrashModel {
    public let name = ModelName.torn
    private let cuts: [(cut: Int, sectors: Int)]
    private let total: Int
    private var position = 0
    private var parts: [StateID.TornPart] = []
    private var handedOut = 0
    private var decided = 0

    /// `cuts` in the order in which they are wanted; write `cut + 1` of `writes` is torn.
    public init(cuts: [Int], writes: [TraceWrite]) {
        self.cuts = cuts.filter { $0 < writes.count }.map { ($0, writes[$0].sectors.count) }
        total = self.cuts.reduce(0) { $0 + TornModel.parts(ofSectors: $1.sectors).count }
    }

    /// The parts of a write of `sectors` sectors: 1, a quarter, a half, three quarters, all but one, and the 8 of a
    /// page; every second one of a write of up to 16.
    public static func parts(ofSectors sectors: Int) -> [StateID.TornPart] {
        guard sectors > 1 else { return [] }
        var counts = [1, sectors / 4, sectors / 2, sectors * 3 / 4, sectors - 1, 8]
        if sectors <= 16 { counts += stride(from: 2, to: sectors, by: 2) }
        let wanted = Set(counts).filter { $0 > 0 && $0 < sectors }.sorted()
        return wanted.map(StateID.TornPart.first) + wanted.map(StateID.TornPart.last)
    }

    public mutating func next() -> StateID? {
        while parts.isEmpty {
            guard position < cuts.count else { return nil }
            parts = TornModel.parts(ofSectors: cuts[position].sectors).reversed()
            position += 1
        }
        handedOut += 1
        return StateID(StateID.Cut(writes: cuts[position - 1].cut, torn: parts.removeLast()))
    }

    public mutating func learned(_ id: StateID, _ lesson: Lesson) { decided += 1 }

    public mutating func gaveUp(_ id: StateID) {}

    public var coverage: ModelCoverage {
        ModelCoverage(
            states: Double(total), handedOut: handedOut, fraction: total == 0 ? 1 : Double(decided) / Double(total),
            isComplete: decided == total)
    }
}
