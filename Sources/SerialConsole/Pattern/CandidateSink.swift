/// Collects what vectorscan reports, translated to places on the console.
final class CandidateSink {
    struct Candidate {
        var end: UInt64
        var pattern: Int
    }

    private var candidates: [Candidate] = []
    private var pieceStart: UInt64 = 0
    private var fed: UInt64 = 0
    private var before: UInt64 = 0

    /// What the engine hands back to its callback. The sink outlives every scan that uses it.
    var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// A scan begins.
    ///
    /// - Parameters:
    ///   - start: Where its first byte lies on the console.
    ///   - fed: How many bytes the stream had been fed before.
    ///   - before: Where those ended on the console; less than `start` when bytes were left out between.
    func begin(at start: UInt64, fed: UInt64, before: UInt64) {
        pieceStart = start
        self.fed = fed
        self.before = before
    }

    func add(pattern: UInt32, end: UInt64) {
        let place = end > fed ? pieceStart + (end - fed) : before - min(before, fed - end)
        candidates.append(Candidate(end: place, pattern: Int(pattern)))
    }

    /// The candidates since the last call, the earliest end first, then the first pattern.
    func take() -> [Candidate] {
        guard !candidates.isEmpty else { return [] }
        let taken = candidates.sorted { ($0.end, $0.pattern) < ($1.end, $1.pattern) }
        candidates.removeAll(keepingCapacity: true)
        return taken
    }
}
