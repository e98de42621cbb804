import LabModel

/// Sorts a method that does not run into known to LAVA, removed from it, and unknown.
struct MethodRefusal {
    let reading: JobReading
    /// `deploy` or `boot`.
    let kind: String
    /// `to` or `method`.
    let key: String
    let others: [String: [String]]

    func read(_ word: String, at position: SourcePosition, in map: MapReader, own: [String]) -> Action? {
        if let requiredKeys = others[word] {
            for key in requiredKeys { _ = map.required(key) }
            reading.doesNotRun("\(kind) \(key): \(word)", at: position)
            return .unsupported(kind: kind, method: word)
        }
        if LavaVocabulary.removedMethods.contains(word) {
            reading.findings.error(at: position, "`\(word)` was removed from LAVA")
        } else {
            reading.findings.unknownWord(word, at: position, "`\(key)`", words: own + others.keys.sorted())
        }
        return nil
    }
}
