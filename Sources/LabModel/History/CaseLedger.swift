/// Adds up outcomes of test cases by build, in the order in which they came, and finds what changed. Everything has a
/// number here: who fills it knows the names.
public struct CaseLedger: Sendable {
    /// A test case of one job by name on one device type.
    public struct Stream: Hashable, Sendable {
        public var test: Int64
        /// Stands for the job's name and the device type.
        public var place: Int32

        public init(test: Int64, place: Int32) {
            self.test = test
            self.place = place
        }
    }

    /// Outcomes on one build.
    public struct Tally: Hashable, Sendable {
        /// Builds have rising numbers, by when they were first seen.
        public var build: Int64
        public var passes = 0
        public var failures = 0
        public var flips = 0
        /// Numbers of results.
        public var first: Int64
        public var last: Int64
        public var lastFlip: Int64 = 0
        /// The flip before the last one.
        fileprivate var flipBefore: Int64 = 0
        fileprivate var runs = RecentRuns()

        fileprivate init(build: Int64, first: Int64) {
            self.build = build
            self.first = first
            last = first
        }

        /// A run counts once, and as failed if any of its outcomes is.
        fileprivate mutating func add(_ run: Int32, didPass: Bool, result: Int64) {
            last = result
            switch runs.add(run, didPass: didPass) {
            case .nothing: return
            case .began(let isFlip):
                if didPass { passes += 1 } else { failures += 1 }
                if isFlip { note(1, result) }
            case .becameFailure(let flips):
                passes -= 1
                failures += 1
                note(flips, result)
            }
        }

        private mutating func note(_ change: Int, _ result: Int64) {
            flips += change
            if change > 0 {
                (flipBefore, lastFlip) = (lastFlip, result)
            } else if change < 0 {
                lastFlip = flipBefore
            }
        }
    }

    public struct Flaky: Hashable, Sendable {
        public var stream: Stream
        public var passes: Int
        public var failures: Int
        public var flips: Int
        public var repeats: Int
        public var lastFlip: Int64
        public var build: Int64
        /// Numbers of the boards it failed on, on builds on which it is flaky.
        public var boards: [Int32]
        /// What the flips say at least of the rate, for sorting.
        public var leastRate: Double
    }

    public struct Change: Hashable, Sendable {
        public var stream: Stream
        public var kind: CaseChange.Kind
        public var before: Tally
        public var since: Tally
        public var now: Tally
        public var builds: Int
        public var certainty: CaseChange.Certainty
    }

    /// Boards remembered of one stream.
    static let mostBoards = 8

    private var tallies: [Stream: [Tally]] = [:]
    private var failedOn: [Stream: [(build: Int64, board: Int32)]] = [:]

    public init() {}

    /// Streams so far.
    public var count: Int { tallies.count }

    /// Adds a pass or a failure.
    ///
    /// - Parameters:
    ///   - run: the number of the run that reports it, from 0; one run may report a case more than once.
    ///   - result: the result's number; they must rise.
    public mutating func add(
        _ stream: Stream, run: Int32, build: Int64, board: Int32, didPass: Bool, result: Int64
    ) {
        tallies[stream, default: []].withTally(of: build, result: result) { tally in
            tally.add(run, didPass: didPass, result: result)
        }
        guard !didPass else { return }
        var boards = failedOn[stream] ?? []
        guard !boards.contains(where: { $0 == (build, board) }) else { return }
        // The newest say more than those of old builds.
        if boards.count >= Self.mostBoards * 4 { boards.removeFirst() }
        boards.append((build, board))
        failedOn[stream] = boards
    }

    /// Streams that flipped on a build, at result `since` or later, the surest first.
    public func flaky(since: Int64 = 0) -> [Flaky] {
        var found: [Flaky] = []
        for (stream, builds) in tallies {
            let flipping = builds.filter { $0.flips > 0 }
            guard let latest = flipping.max(by: { $0.lastFlip < $1.lastFlip }), latest.lastFlip >= since else {
                continue
            }
            let flips = flipping.reduce(0) { $0 + $1.flips }
            let runs = builds.reduce(0) { $0 + $1.passes + $1.failures }
            let repeats = runs - builds.count
            let numbers = Set(flipping.map(\.build))
            let boards = (failedOn[stream] ?? []).filter { numbers.contains($0.build) }.map(\.board)
            found.append(
                Flaky(
                    stream: stream, passes: builds.reduce(0) { $0 + $1.passes },
                    failures: builds.reduce(0) { $0 + $1.failures }, flips: flips, repeats: repeats,
                    lastFlip: latest.lastFlip, build: latest.build,
                    boards: Array(Set(boards).sorted().prefix(Self.mostBoards)),
                    leastRate: BinomialBounds(failures: flips, of: repeats).lower()))
        }
        return found.sorted {
            ($0.leastRate, $0.flips, $0.lastFlip, $0.stream.test) > (
                $1.leastRate, $1.flips, $1.lastFlip, $1.stream.test
            )
        }
    }

    /// Streams whose newest build ended all otherwise than an earlier one, since result `since` or later; regressions
    /// first, the newest first among each.
    public func changes(since: Int64 = 0) -> [Change] {
        var found: [Change] = []
        for (stream, builds) in tallies {
            if let change = Self.change(of: stream, builds.sorted { $0.build < $1.build }), change.since.first >= since
            {
                found.append(change)
            }
        }
        return found.sorted { one, other in
            if one.kind != other.kind { return one.kind == .regression }
            return (one.since.first, one.stream.test) > (other.since.first, other.stream.test)
        }
    }

    /// What the newest build says against the last steady one of the other kind. A build with both outcomes is no
    /// witness, and a newest build with both is flaky, not changed.
    private static func change(of stream: Stream, _ builds: [Tally]) -> Change? {
        guard let now = builds.last, now.passes == 0 || now.failures == 0, builds.count > 1 else { return nil }
        let fails = now.passes == 0
        let otherwise = builds.lastIndex { fails ? $0.failures == 0 : $0.passes == 0 }
        guard let otherwise, let since = builds[(otherwise + 1)...].first(where: { isSteady($0, failing: fails) })
        else {
            return nil
        }
        let after = builds[(otherwise + 1)...]
        let before = builds[...otherwise]
        func bad(_ tallies: ArraySlice<Tally>) -> Int { tallies.reduce(0) { $0 + (fails ? $1.failures : $1.passes) } }
        func all(_ tallies: ArraySlice<Tally>) -> Int { tallies.reduce(0) { $0 + $1.failures + $1.passes } }
        let chance = ExactTest(failures: bad(after), of: all(after), against: bad(before), of: all(before)).chance
        return Change(
            stream: stream, kind: fails ? .regression : .progression, before: builds[otherwise], since: since, now: now,
            builds: after.count, certainty: chance < 0.01 ? .sure : chance < 0.1 ? .likely : .thin)
    }

    private static func isSteady(_ tally: Tally, failing: Bool) -> Bool {
        failing ? tally.passes == 0 : tally.failures == 0
    }
}

extension [CaseLedger.Tally] {
    /// Runs of one build mostly follow each other: it is looked for from the end.
    fileprivate mutating func withTally(of build: Int64, result: Int64, _ body: (inout CaseLedger.Tally) -> Void) {
        if let place = lastIndex(where: { $0.build == build }) { return body(&self[place]) }
        append(CaseLedger.Tally(build: build, first: result))
        body(&self[count - 1])
    }
}
