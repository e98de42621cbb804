/// What vectorscan reports, by places in the stream it was fed.
struct CandidateList {
    /// A pattern that may match, and where.
    struct Candidate {
        /// The number of bytes before the match's end: of the stream, later of the console.
        var end: UInt64
        var pattern: Int
    }

    private var candidates: [Candidate] = []
    /// By pattern, whether the byte behind a match may decide about it, as with `$`: such a match is known later than
    /// others that end where it does.
    private let isLate: [Bool]

    init(isLate: [Bool]) {
        self.isLate = isLate
    }

    var isEmpty: Bool { candidates.isEmpty }

    mutating func add(pattern: UInt32, end: UInt64) {
        candidates.append(Candidate(end: end, pattern: Int(pattern)))
    }

    /// The candidates since the last call, with their ends where `place` says, the earliest first, then what is
    /// known first, then the first pattern.
    mutating func take(_ place: (UInt64) -> UInt64) -> [Candidate] {
        guard !candidates.isEmpty else { return [] }
        let taken = candidates.map { Candidate(end: place($0.end), pattern: $0.pattern) }
        candidates.removeAll(keepingCapacity: true)
        return taken.sorted { one, other in
            if one.end != other.end { return one.end < other.end }
            if isLate[one.pattern] != isLate[other.pattern] { return isLate[other.pattern] }
            return one.pattern < other.pattern
        }
    }
}
