/// A crash state by name: exactly these bytes are on the disk when the board gets its power back.
///
/// | Written | Means |
/// |---|---|
/// | `w54` | writes 1...54, nothing else |
/// | `w106:first3`, `w106:last2` | writes 1...106 and the first (last) sectors of write 107 |
/// | `w52-57{53,56}` | a cut after 57 writes: `D(57)`, of which 1...52 is the gapless beginning, and of `U(57)` only the writes listed |
/// | `w52-57{53}:first1` | the same, and the first sector of write 58 |
/// | `w60/1/1` | `w60` booted and cut after its 1st own write, booted again and cut again after 1 write |
///
/// Behind a `/` stands the same as behind `w`, counted in the writes of that recovery boot. Runs in a list may be
/// written `60-64`. `D` and `U` are those of `FlushEpochs`.
public struct StateID: Hashable, Sendable {
    /// How a recording was cut.
    public struct Cut: Hashable, Sendable {
        /// Writes acknowledged when power went.
        public var writes: Int
        public var kept: Kept
        /// The part of the write after `writes` that reached the medium.
        public var torn: TornPart?

        public init(writes: Int, kept: Kept = .all, torn: TornPart? = nil) {
            self.writes = writes
            self.kept = kept
            self.torn = torn
        }
    }

    /// Which acknowledged writes reached the medium.
    public enum Kept: Hashable, Sendable {
        case all
        /// The durable ones, and `volatile` (ascending) of the volatile ones. `durablePrefix` is a check: the trace
        /// says the same or the id belongs to another trace.
        case some(durablePrefix: Int, volatile: [Int])
    }

    /// A part of a write, in sectors; at least 1 and less than the write has.
    public enum TornPart: Hashable, Sendable {
        case first(Int)
        case last(Int)
    }

    /// The cut of the recorded update.
    public var update: Cut
    /// The cuts of the recovery boots after it, in order.
    public var recoveries: [Cut]

    public init(_ update: Cut, recoveries: [Cut] = []) {
        self.update = update
        self.recoveries = recoveries
    }

    /// `wn`.
    public static func prefix(_ writes: Int) -> StateID {
        StateID(Cut(writes: writes))
    }

    /// The state that this one's last recovery boot started from; nil without recovery boots.
    public var parent: StateID? {
        recoveries.isEmpty ? nil : StateID(update, recoveries: Array(recoveries.dropLast()))
    }

    /// Booted from this state and cut after `writes` of its own writes.
    public func recovery(cutAfter writes: Int) -> StateID {
        StateID(update, recoveries: recoveries + [Cut(writes: writes)])
    }
}

extension StateID: CustomStringConvertible {
    public var description: String {
        "w" + ([update] + recoveries).map(\.description).joined(separator: "/")
    }
}

extension StateID.Cut: CustomStringConvertible {
    public var description: String {
        var text: String
        switch kept {
        case .all: text = "\(writes)"
        case .some(let prefix, let volatile): text = "\(prefix)-\(writes){\(StateID.list(volatile))}"
        }
        switch torn {
        case .first(let count): text += ":first\(count)"
        case .last(let count): text += ":last\(count)"
        case nil: break
        }
        return text
    }
}

extension StateID {
    /// Ascending numbers, with runs of three and more as `a-b`.
    fileprivate static func list(_ numbers: [Int]) -> String {
        var parts: [String] = []
        var index = 0
        while index < numbers.count {
            var end = index
            while end + 1 < numbers.count, numbers[end + 1] == numbers[end] + 1 { end += 1 }
            if end >= index + 2 {
                parts.append("\(numbers[index])-\(numbers[end])")
            } else {
                parts += numbers[index...end].map(String.init)
            }
            index = end + 1
        }
        return parts.joined(separator: ",")
    }
}

extension StateID: Comparable {
    /// Simpler states first: fewer recovery boots, whole prefixes before torn writes before lost writes, earlier cuts.
    public static func < (lhs: StateID, rhs: StateID) -> Bool {
        if lhs.recoveries.count != rhs.recoveries.count { return lhs.recoveries.count < rhs.recoveries.count }
        if lhs.update != rhs.update { return lhs.update < rhs.update }
        for (left, right) in zip(lhs.recoveries, rhs.recoveries) where left != right { return left < right }
        return false
    }
}

extension StateID.Cut: Comparable {
    public static func < (lhs: StateID.Cut, rhs: StateID.Cut) -> Bool {
        lhs.rank.lexicographicallyPrecedes(rhs.rank)
    }

    private var rank: [Int] {
        var rank: [Int]
        switch (kept, torn) {
        case (.all, nil): rank = [0, writes]
        case (.all, _): rank = [1, writes]
        case (.some(_, let volatile), _): rank = [2, writes, volatile.count] + volatile
        }
        switch torn {
        case nil: rank += [0, 0]
        case .first(let count): rank += [1, count]
        case .last(let count): rank += [2, count]
        }
        return rank
    }
}

extension StateID: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
