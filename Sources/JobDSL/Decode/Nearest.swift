/// `did you mean X?` for the word of `candidates` that `word` most likely meant; nil when none is close.
func didYouMean(_ word: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: word, in: candidates).map { "did you mean `\($0)`?" }
}

/// The word of `candidates` that `word` most likely meant; nil when none is close. Only the first 2000 are looked at:
/// they may come from the text itself.
func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let plain = normalized(word)
    let allowed = max(1, plain.count / 3)
    var best: (word: String, distance: Int)?
    for candidate in candidates.prefix(2000) where candidate != word && candidate.utf8.count <= 64 {
        let distance = editDistance(plain, normalized(candidate))
        if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
}

/// Lower case, with one sign for all the ways words are joined.
private func normalized(_ word: String) -> [Character] {
    word.lowercased().map { $0 == "-" || $0 == "." || $0 == " " ? "_" : $0 }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `left` into `right`.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var before: [Int] = []
    var last = Array(0...right.count)
    for i in 1...left.count {
        var row = [i]
        for j in 1...right.count {
            var cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1))
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                cost = min(cost, before[j - 2] + 1)
            }
            row.append(cost)
        }
        before = last
        last = row
    }
    return last[right.count]
}
