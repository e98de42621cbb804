/// What vectorscan reports, by places in the stream it was fed.
struct CandidateList {
    /// A pattern that may match, and where.
    struct Candidate {
        /// The number of bytes before the match's end: of the stream, later of the console.
        var end: UInt64
        var pattern: Int
    }

    private var candidates: [Candidate] = []

    var isEmpty: Bool { candidates.isEmpty }

    mutating func add(pattern: UInt32, end: UInt64) {
        candidates.append(Candidate(end: end, pattern: Int(pattern)))
    }

    /// The candidates since the last call, with their ends where `place` says, the earliest first, then the first
    /// pattern.
    mutating func take(_ place: (UInt64) -> UInt64) -> [Candidate] {
        guard !candidates.isEmpty else { return [] }
        let taken = candidates.map { Candidate(end: place($0.end), pattern: $0.pattern) }
        candidates.removeAll(keepingCapacity: true)
        return taken.sorted { ($0.end, $0.pattern) < ($1.end, $1.pattern) }
    }
}
