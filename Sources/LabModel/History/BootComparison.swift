/// Holds a boot that failed against one that did not, and finds where it left the other's way.
///
/// Lines are matched by what they have in common (`BootLine.key`). Those that occur once in both boots and keep their
/// order are the anchors; between them others may come in any order, as lines of a kernel do that is busy on several
/// cores. Time and memory grow with the number of lines, not with its square.
public struct BootComparison: Hashable, Sendable {
    /// A line that both boots have.
    public struct Pair: Hashable, Sendable {
        public var good: BootLine
        public var failed: BootLine
    }

    /// The last line that the failed boot has in common with the good one; nil when it has none.
    public private(set) var lastCommon: Pair?
    /// What came next in the good boot and never in the failed one.
    public private(set) var expected: [BootLine] = []
    /// What came instead; empty when nothing came any more.
    public private(set) var instead: [BootLine] = []
    /// Lines of the failed boot before it left the way that the good one does not have, those of trouble first.
    public private(set) var unusual: [BootLine] = []
    /// Lines of the good boot before that point that the failed one does not have.
    public private(set) var missing: [BootLine] = []
    /// Lines of the failed boot that the good one has as well, and those that tell anything at all.
    public private(set) var matched = 0
    public private(set) var telling = 0
    /// Whether the board began again from the start.
    public private(set) var hasRestarted = false
    /// The line at which the failed boot lost most of the time that it lost, and how much of it.
    public private(set) var slowest: (pair: Pair, lost: Double)? {
        get { slowestPair.map { ($0, lost) } }
        set { (slowestPair, lost) = (newValue?.pair, newValue?.lost ?? 0) }
    }
    private var slowestPair: Pair?
    private var lost = 0.0

    /// Lines shown of each kind.
    public static let shown = 5
    /// How far from its place a line may come, in lines.
    static let reach = 64
    /// How much of two lines' words must be the same for them to be one line in two wordings.
    static let likeness = 0.6
    /// A known line outweighs so many unknown ones that came before it.
    static let knownWeight = 5

    public init(good: [BootLine], failed: [BootLine]) {
        let good = good.filter(\.isTelling)
        var failed = failed.filter(\.isTelling)
        if let end = Self.restart(good: good, failed: failed) {
            hasRestarted = true
            failed.removeSubrange(end...)
        }
        telling = failed.count
        let alignment = Alignment(good: good, failed: failed)
        matched = alignment.partner.count { $0 >= 0 }
        let end = alignment.departure
        describe(good, failed, alignment.partner, end: end)
        findLostTime(good, failed, alignment, end: end)
    }

    public static func == (one: BootComparison, other: BootComparison) -> Bool {
        one.lastCommon == other.lastCommon && one.expected == other.expected && one.instead == other.instead
            && one.unusual == other.unusual && one.missing == other.missing && one.matched == other.matched
            && one.slowestPair == other.slowestPair
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(lastCommon)
        hasher.combine(instead)
    }

    /// Where the failed boot begins anew: one of the good boot's first lines comes a second time.
    private static func restart(good: [BootLine], failed: [BootLine]) -> Int? {
        var counts: [String: Int] = [:]
        for line in good { counts[line.key, default: 0] += 1 }
        let first = Set(good.prefix(5).map(\.key).filter { counts[$0] == 1 })
        var seen: Set<String> = []
        for (place, line) in failed.enumerated() where first.contains(line.key) {
            // Boot loaders in several stages print much the same at once; a second start comes later.
            if !seen.insert(line.key).inserted, place >= 5 { return place }
        }
        return nil
    }

    private mutating func describe(_ good: [BootLine], _ failed: [BootLine], _ partner: [Int], end: Int) {
        let last = partner[..<end].lastIndex { $0 >= 0 }
        if let last { lastCommon = Pair(good: good[partner[last]], failed: failed[last]) }
        // The good boot's way is taken up where the failed one was farthest on it: late lines do not count.
        let reached = partner[..<end].max().map { $0 + 1 } ?? 0
        let used = Set(partner[..<end].filter { $0 >= 0 })
        expected = Array(good[reached...].prefix(Self.shown))
        instead = Array(failed[end...].prefix(Self.shown))
        let unusual = (0..<end).filter { partner[$0] < 0 }.map { failed[$0] }
        self.unusual = Self.chosen(unusual)
        missing = Self.chosen((0..<reached).filter { !used.contains($0) }.map { good[$0] })
    }

    /// The lines that speak of trouble, else the last ones; in their order.
    private static func chosen(_ lines: [BootLine]) -> [BootLine] {
        let trouble = lines.filter(\.isTrouble)
        return trouble.isEmpty ? Array(lines.suffix(shown)) : Array(trouble.prefix(shown))
    }

    private mutating func findLostTime(
        _ good: [BootLine], _ failed: [BootLine], _ alignment: Alignment, end: Int
    ) {
        var before: Double?
        for place in 0..<end where alignment.partner[place] >= 0 && alignment.isInOrder[place] {
            let pair = Pair(good: good[alignment.partner[place]], failed: failed[place])
            let late = pair.failed.at - pair.good.at
            if let before, late - before > lost { slowest = (pair, late - before) }
            before = late
        }
    }
}

/// Which line of the failed boot is which of the good one.
private struct Alignment {
    /// For each line of the failed boot the place in the good one, or -1.
    private(set) var partner: [Int]
    /// Whether the line came in the good boot's order.
    private(set) var isInOrder: [Bool]
    private var used: [Bool]

    init(good: [BootLine], failed: [BootLine]) {
        partner = Array(repeating: -1, count: failed.count)
        isInOrder = Array(repeating: false, count: failed.count)
        used = Array(repeating: false, count: good.count)
        let anchors = anchor(good, failed)
        fill(good, failed, between: anchors)
        liken(good, failed)
    }

    private mutating func match(_ place: Int, _ other: Int, inOrder: Bool) {
        partner[place] = other
        used[other] = true
        isInOrder[place] = inOrder
    }

    /// Lines that occur once in both; the longest row of them in the same order is the anchors, the others came early or
    /// late.
    private mutating func anchor(_ good: [BootLine], _ failed: [BootLine]) -> [(failed: Int, good: Int)] {
        let once = Self.once(good)
        let pairs = Self.once(failed).compactMap { key, place in once[key].map { (failed: place, good: $0) } }
            .sorted { $0.failed < $1.failed }
        let row = Self.longestRising(pairs.map(\.good))
        let inRow = Set(row)
        for (index, pair) in pairs.enumerated() {
            match(pair.failed, pair.good, inOrder: inRow.contains(index))
        }
        return row.map { pairs[$0] }
    }

    private static func once(_ lines: [BootLine]) -> [String: Int] {
        var places: [String: Int] = [:]
        for (place, line) in lines.enumerated() { places[line.key] = places[line.key] == nil ? place : -1 }
        return places.filter { $0.value >= 0 }
    }

    /// The places of a longest strictly rising row among `values`, by piles of cards.
    private static func longestRising(_ values: [Int]) -> [Int] {
        var tops: [Int] = []
        var before = Array(repeating: -1, count: values.count)
        for (place, value) in values.enumerated() {
            var (low, high) = (0, tops.count)
            while low < high {
                let middle = (low + high) / 2
                if values[tops[middle]] < value { low = middle + 1 } else { high = middle }
            }
            if low > 0 { before[place] = tops[low - 1] }
            if low == tops.count { tops.append(place) } else { tops[low] = place }
        }
        var row: [Int] = []
        var place = tops.last ?? -1
        while place >= 0 {
            row.append(place)
            place = before[place]
        }
        return row.reversed()
    }

    /// Lines that repeat are matched near where the anchors around them say they belong.
    private mutating func fill(_ good: [BootLine], _ failed: [BootLine], between anchors: [(failed: Int, good: Int)]) {
        var places: [String: [Int]] = [:]
        for (place, line) in good.enumerated() where !used[place] { places[line.key, default: []].append(place) }
        // For each key, how many of its places were passed.
        var passed: [String: Int] = [:]
        var next = 0
        var frontier = 0
        for (place, line) in failed.enumerated() {
            while next < anchors.count, anchors[next].failed <= place {
                frontier = anchors[next].good + 1
                next += 1
            }
            if partner[place] >= 0 { continue }
            guard let candidates = places[line.key] else { continue }
            let end = next < anchors.count ? anchors[next].good : frontier + 4 * BootComparison.reach
            var index = passed[line.key] ?? 0
            while index < candidates.count,
                used[candidates[index]] || candidates[index] < frontier - BootComparison.reach
            {
                index += 1
            }
            passed[line.key] = index
            guard index < candidates.count, candidates[index] < end + BootComparison.reach else { continue }
            let isInOrder = candidates[index] >= frontier && candidates[index] < end
            match(place, candidates[index], inOrder: isInOrder)
            if isInOrder { frontier = candidates[index] + 1 }
        }
    }

    /// What is left is matched with a line nearby that says nearly the same, as another version of a kernel would.
    private mutating func liken(_ good: [BootLine], _ failed: [BootLine]) {
        var frontier = 0
        for place in failed.indices {
            if partner[place] >= 0 {
                if isInOrder[place] { frontier = partner[place] + 1 }
                continue
            }
            let words = failed[place].words
            guard words.count >= 2 else { continue }
            let isTrouble = failed[place].isTrouble
            let nearby =
                max(0, frontier - BootComparison.reach / 4)..<min(good.count, frontier + BootComparison.reach / 4)
            for other in nearby where !used[other] && good[other].isTrouble == isTrouble {
                let others = good[other].words
                let common = words.intersection(others).count
                let all = words.count + others.count - common
                guard Double(common) >= BootComparison.likeness * Double(all) else { continue }
                match(place, other, inOrder: other >= frontier)
                if other >= frontier { frontier = other + 1 }
                break
            }
        }
    }

    /// The line at which the failed boot left the way for good: from there on nearly all is unknown. The number of lines
    /// when it never did.
    var departure: Int {
        var unknown = 0
        var most = 0
        var departure = partner.count
        for (place, other) in partner.enumerated().reversed() {
            // A few known lines after a panic are chance; many are the way taken up again.
            unknown += other < 0 ? 1 : -BootComparison.knownWeight
            if unknown > most { (most, departure) = (unknown, place) }
        }
        return departure
    }
}
