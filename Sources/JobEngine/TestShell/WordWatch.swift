/// Finds fixed words in a stream, across the borders of its chunks.
struct WordWatch {
    private let words: [String]
    private var tail: [UInt8] = []
    private var seen: Set<String> = []

    init(_ words: [String]) {
        self.words = words
    }

    func hasSeen(_ word: String) -> Bool { seen.contains(word) }

    /// - Returns: the words that these bytes complete, and where in the bytes each ends.
    mutating func feed(_ bytes: [UInt8]) -> [String: Int] {
        let text = tail + bytes
        var ends: [String: Int] = [:]
        for word in words {
            guard let range = text.firstRange(of: Array(word.utf8)), range.upperBound > tail.count else { continue }
            ends[word] = range.upperBound - tail.count
        }
        seen.formUnion(ends.keys)
        tail = Array(text.suffix((words.map(\.utf8.count).max() ?? 1) - 1))
        return ends
    }
}
