public import LabModel

/// Which writes are on the medium for certain when power goes.
///
/// A cut *after n writes* is the moment at which write n has been acknowledged and nothing after it has happened.
/// `D(n)`, the durable writes, are those of 1...n that carried FUA, and those acknowledged before a flush began
/// that completed before write n. `U(n)`, the volatile ones, are the rest of 1...n.
///
/// Whether a write was acknowledged before a flush began is read off the socket: a request that was already waiting
/// when a reply went out was sent without knowledge of that reply. So a flush covers a write unless that write, and
/// every write and flush between the two, was marked ambiguous. What it does not cover stays volatile until a later
/// flush does.
public struct FlushEpochs: Sendable {
    /// Writes of the trace, N.
    public let writeCount: Int
    // Index of the event that made a write durable: its own for FUA, that of the covering flush, or Int.max.
    private let coveredBy: [Int]
    // The first n with the write in D(n).
    private let durableFrom: [Int]
    // By n: the largest A with 1...A all in D(n).
    private let prefixes: [Int]
    // By event: writes before it.
    private let writesBefore: [Int]
    private let flushTimes: [(event: Int, time: MonotonicTime)]

    public init(_ trace: Trace) {
        self.init(events: trace.events)
    }

    init(events: [TraceEvent]) {
        let numberOfWrites = events.count { if case .write = $0 { true } else { false } }
        var coveredBy = [Int](repeating: .max, count: numberOfWrites)
        var durableFrom = [Int](repeating: .max, count: numberOfWrites)
        var writesBefore: [Int] = []
        var flushTimes: [(event: Int, time: MonotonicTime)] = []
        var waiting: [Int] = []
        // Acknowledged writes whose reply the sender of the next request may not have seen.
        var unseen: [Int] = []
        var writes = 0
        for (event, content) in events.enumerated() {
            writesBefore.append(writes)
            switch content {
            case .write(let write):
                writes += 1
                if write.isFUA {
                    coveredBy[writes - 1] = event
                    durableFrom[writes - 1] = writes
                } else {
                    unseen.append(writes - 1)
                }
                if !write.isAmbiguous {
                    waiting += unseen
                    unseen = []
                }
            case .flush(let flush):
                for write in waiting {
                    coveredBy[write] = event
                    durableFrom[write] = writes + 1
                }
                waiting = []
                if !flush.isAmbiguous {
                    waiting += unseen
                    unseen = []
                }
                flushTimes.append((event, flush.time))
            case .mark:
                break
            }
        }
        var prefixes = [0]
        var prefix = 0
        for cut in 1..<max(1, numberOfWrites + 1) {
            while prefix < cut, durableFrom[prefix] <= cut { prefix += 1 }
            prefixes.append(prefix)
        }
        writeCount = numberOfWrites
        self.coveredBy = coveredBy
        self.durableFrom = durableFrom
        self.prefixes = prefixes
        self.writesBefore = writesBefore
        self.flushTimes = flushTimes
    }

    /// Whether `write` (1...N) is in `D(n)` of a cut after `cut` writes.
    @inline(__always)
    public func isDurable(_ write: Int, atCut cut: Int) -> Bool {
        durableFrom[write - 1] <= cut
    }

    /// Whether `write` had been made durable before event `event` of the trace.
    public func isDurable(_ write: Int, beforeEvent event: Int) -> Bool {
        coveredBy[write - 1] < event
    }

    /// The largest A with all of 1...A in `D(cut)`.
    public func durablePrefix(atCut cut: Int) -> Int {
        prefixes[min(max(0, cut), writeCount)]
    }

    /// `U(cut)` in order.
    public func volatileWrites(atCut cut: Int) -> [Int] {
        guard cut > 0 else { return [] }
        let first = durablePrefix(atCut: cut) + 1
        guard first <= cut else { return [] }
        return (first...cut).filter { !isDurable($0, atCut: cut) }
    }

    /// The cuts that together cover every subset state: a cut whose states are all states of the next cut is left out,
    /// and so is one with nothing volatile.
    public var windows: [FlushWindow] {
        (1...max(1, writeCount)).compactMap { cut in
            guard cut <= writeCount else { return nil }
            let volatile = volatileWrites(atCut: cut)
            guard !volatile.isEmpty else { return nil }
            if cut < writeCount, durableFrom[cut] != cut + 1,
                volatile.allSatisfy({ !isDurable($0, atCut: cut + 1) })
            {
                return nil
            }
            return FlushWindow(durablePrefix: durablePrefix(atCut: cut), cut: cut, volatile: volatile)
        }
    }

    /// When the first flush after the `cut`th write completed; nil if none did.
    public func nextFlush(afterCut cut: Int) -> MonotonicTime? {
        flushTimes.first { writesBefore[$0.event] >= cut }?.time
    }
}

/// The widest cut of a flush epoch: what may be lost, all at once.
public struct FlushWindow: Hashable, Sendable {
    /// All of 1...`durablePrefix` is durable.
    public var durablePrefix: Int
    /// The cut is after this many writes.
    public var cut: Int
    /// `U(cut)`, in order, not empty.
    public var volatile: [Int]
}
