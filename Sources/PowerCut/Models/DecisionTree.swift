/// Every subset of the volatile writes of one flush window, decided lazily: a boot that did not read what a write would
/// have changed says the same with and without it.
///
/// A node has decided some writes: present or absent. Undecided ones are absent in the state that is booted. Its reads are
/// walked in order; each undecided write that would have shown other bytes splits the node: with it a new node, which has
/// to be booted, without it this one goes on. What is left at the end is a leaf; it covers all subsets of the writes it
/// never had to decide, 2^-decided of the whole.
struct DecisionTree: Sendable {
    struct Node: Sendable {
        var present: [Int]
        var absent: [Int]
        var depth: Int { present.count + absent.count }
    }

    /// A part of the subsets with one outcome.
    struct Leaf: Sendable {
        var id: StateID
        var present: [Int]
        var absent: [Int]
        var isFailing: Bool
        /// Its share of all subsets.
        var weight: Double {
            Double(sign: .plus, exponent: -min(present.count + absent.count, 1000), significand: 1)
        }
    }

    let window: FlushWindow
    private let space: CrashSpace
    private let isCensus: Bool
    private let limit: Int
    private let volatile: Set<Int>
    private var openNodes: [Node] = [Node(present: [], absent: [])]
    private var pending: [StateID: Node] = [:]
    private(set) var handedOut = 0
    private(set) var leaves: [Leaf] = []
    private(set) var covered = DyadicFraction()
    private(set) var failing = DyadicFraction()
    private(set) var skipped = DyadicFraction()

    init(_ window: FlushWindow, space: CrashSpace, limit: Int, isCensus: Bool) {
        self.window = window
        self.space = space
        self.limit = limit
        self.isCensus = isCensus
        volatile = Set(window.volatile)
    }

    /// Nothing is left to hand out, and nothing to wait for.
    var isDone: Bool { pending.isEmpty && (openNodes.isEmpty || handedOut >= limit) }

    mutating func next() -> StateID? {
        guard handedOut < limit, let best = openNodes.indices.min(by: { openNodes[$0].depth < openNodes[$1].depth })
        else {
            return nil
        }
        let node = openNodes.remove(at: best)
        let id = id(of: node.present)
        handedOut += 1
        pending[id] = node
        return id
    }

    mutating func gaveUp(_ id: StateID) { pending[id] = nil }

    /// The writes that are absent in every subset that a boot of `id` with these reads stands for.
    func lostWrites(_ id: StateID, _ log: ReadLog) -> [Int]? {
        guard var node = pending[id] else { return nil }
        var copy = self
        copy.split(&node, log)
        return node.absent
    }

    mutating func learned(_ id: StateID, _ lesson: Lesson) {
        guard var node = pending.removeValue(forKey: id) else { return }
        let known = openNodes.count
        split(&node, lesson.log)
        if lesson.isFailing, !isCensus {
            for child in openNodes[known...] { skipped.add(powerOfHalf: child.depth) }
            openNodes.removeSubrange(known...)
        }
        close(node, id, isFailing: lesson.isFailing)
    }

    private mutating func close(_ node: Node, _ id: StateID, isFailing: Bool) {
        covered.add(powerOfHalf: node.depth)
        if isFailing { failing.add(powerOfHalf: node.depth) }
        leaves.append(Leaf(id: id, present: node.present, absent: node.absent, isFailing: isFailing))
    }

    private func id(of present: [Int]) -> StateID {
        StateID(
            StateID.Cut(
                writes: window.cut,
                kept: .some(durablePrefix: window.durablePrefix, volatile: present.sorted())))
    }

    /// Walks the reads and takes out of `node` everything that would have read something else.
    private mutating func split(_ node: inout Node, _ log: ReadLog) {
        var decided = Set(node.present).union(node.absent)
        let present = Set(node.present)
        for run in log.runs {
            var extent = space.index.firstExtent(endingAfter: run.start)
            while extent < space.index.extents.count {
                let place = space.index.extents[extent]
                guard place.sectors.lowerBound < run.start + run.count else { break }
                let sectors = place.sectors.clamped(to: run.sectors)
                split(&node, extent: extent, sectors: sectors, decided: &decided, present: present)
                extent += 1
            }
        }
    }

    private mutating func split(
        _ node: inout Node, extent: Int, sectors: Range<Int>, decided: inout Set<Int>, present: Set<Int>
    ) {
        let place = space.index.extents[extent]
        let versions = space.index.versions(of: extent)
        // Newest first: undecided writes on top of what is shown, down to the write that is shown.
        var candidates: [(version: Int, write: Int)] = []
        var shown = 0
        for index in versions.indices.reversed() {
            let write = Int(versions[index])
            let version = index - versions.startIndex + 1
            guard write <= window.cut else { continue }
            if !volatile.contains(write) || present.contains(write) {
                shown = version
                break
            }
            if !decided.contains(write) { candidates.append((version, write)) }
        }
        guard !candidates.isEmpty else { return }
        for sector in sectors {
            let offset = sector - place.sectors.lowerBound
            let current = space.classes.classOf(
                extent: extent, versions: versions.count, sector: offset, version: shown)
            candidates.removeAll { candidate in
                let other = space.classes.classOf(
                    extent: extent, versions: versions.count, sector: offset, version: candidate.version)
                guard other != current else { return false }
                openNodes.append(Node(present: node.present + [candidate.write], absent: node.absent))
                node.absent.append(candidate.write)
                decided.insert(candidate.write)
                return true
            }
            if candidates.isEmpty { return }
        }
    }

    var coverage: EpochCoverage {
        EpochCoverage(
            durablePrefix: window.durablePrefix, cut: window.cut, volatileCount: window.volatile.count,
            handedOut: handedOut, fraction: covered.value, failingFraction: failing.value,
            skippedFraction: skipped.value, isComplete: covered.isOne)
    }
}
