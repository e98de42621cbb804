/// What the newest runs of one test on one build came to, in the order in which they began: a run may report a test more
/// than once, and several runs may report at the same time.
struct RecentRuns: Hashable, Sendable {
    /// What an outcome says.
    enum Effect: Hashable {
        /// The run has failed this test before.
        case nothing
        /// The run's first word of this test, and whether it differs from what the run before said.
        case began(isFlip: Bool)
        /// The run passed the test so far. So many flips more or less, by what the runs beside it came to.
        case becameFailure(flips: Int)
    }

    // Very many of these are kept, so they are small. A run that reports again after so many others counts as another.
    private static let most = 4

    private var runs = SIMD4<Int32>(repeating: -1)
    /// A bit for each of them.
    private var passes: UInt8 = 0
    private var count: UInt8 = 0
    /// What the run before these came to.
    private var before: Bool?

    /// Adds an outcome of a run; runs have numbers from 0.
    mutating func add(_ run: Int32, didPass: Bool) -> Effect {
        for place in 0..<Int(count) where runs[place] == run {
            guard outcome(place) == true, !didPass else { return .nothing }
            passes &= ~(1 << place)
            // Beside one that passed this is a flip now, beside one that failed it is none any more.
            let flips = [outcome(place - 1), outcome(place + 1)].reduce(0) { sum, neighbour in
                sum + (neighbour.map { $0 ? 1 : -1 } ?? 0)
            }
            return .becameFailure(flips: flips)
        }
        let last = outcome(Int(count) - 1)
        if Int(count) == Self.most {
            before = outcome(0)
            runs = SIMD4(runs[1], runs[2], runs[3], -1)
            passes >>= 1
            count -= 1
        }
        runs[Int(count)] = run
        if didPass { passes |= 1 << count } else { passes &= ~(1 << count) }
        count += 1
        return .began(isFlip: last.map { $0 != didPass } ?? false)
    }

    private func outcome(_ place: Int) -> Bool? {
        if place < 0 { return before }
        return place < Int(count) ? passes & (1 << place) != 0 : nil
    }
}
