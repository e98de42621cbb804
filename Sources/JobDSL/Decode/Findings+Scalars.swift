import LabModel

extension Findings {
    /// The text of a scalar as it was written.
    ///
    /// Warns where YAML 1.1, and with it LAVA, would read something else than what stands there.
    public func string(_ node: YAMLNode, _ what: @autoclosure () -> String) -> String? {
        guard let scalar = node.scalar, !node.isNull else {
            mismatch(node, what(), needs: "text")
            return nil
        }
        if scalar.style == .plain, let reading = OldForm.reading(of: scalar.text) {
            warning(
                at: node.position, "\(what()) is taken as text, but YAML 1.1 reads `\(node.excerpt)` as \(reading)",
                suggestion: "put it in quotes")
        }
        return scalar.text
    }

    /// True or false, in the words of YAML 1.1 as LAVA takes them.
    public func bool(_ node: YAMLNode, _ what: @autoclosure () -> String) -> Bool? {
        if let scalar = node.scalar, scalar.style == .plain, let value = OldForm.booleans[scalar.text.lowercased()] {
            return value
        }
        mismatch(node, what(), needs: "true or false")
        return nil
    }

    /// A decimal whole number within `range`.
    public func int(
        _ node: YAMLNode, _ what: @autoclosure () -> String, in range: ClosedRange<Int> = Int.min...Int.max
    ) -> Int? {
        guard let scalar = node.scalar, scalar.style == .plain, let value = decimal(scalar.text) else {
            mismatch(node, what(), needs: "a whole number")
            return nil
        }
        guard range.contains(value) else {
            let bounds =
                range.upperBound == .max
                ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            error(at: node.position, "\(what()) must be \(bounds), not \(value)")
            return nil
        }
        return value
    }

    /// One of the raw values of `Choice`.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: YAMLNode, _ what: String, of type: Choice.Type = Choice.self
    ) -> Choice? where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        guard let scalar = node.scalar, !node.isNull else {
            mismatch(node, what, needs: "one of \(words.joined(separator: ", "))")
            return nil
        }
        if let value = Choice(rawValue: scalar.text) { return value }
        unknownWord(scalar.text, at: node.position, what, words: words)
        return nil
    }

    /// Says that `word` is none of `words`, and which it may have meant.
    func unknownWord(_ word: String, at position: SourcePosition, _ what: String, words: [String]) {
        error(
            at: position, "\(what) cannot be `\(cutExcerpt(word))`",
            suggestion: self.suggestion(for: word, among: words)
                ?? "it is one of \(words.joined(separator: ", "))")
    }

    /// Leading zeros are refused: they mean base 8 to some readers.
    private func decimal(_ text: String) -> Int? {
        let digits = text.drop { $0 == "-" || $0 == "+" }
        guard text.count - digits.count <= 1, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        guard digits.count == 1 || digits.first != "0" else { return nil }
        return Int(text)
    }
}

/// Plain forms that mean something in YAML 1.1 and text in YAML 1.2.
enum OldForm {
    static let booleans = ["true": true, "false": false, "yes": true, "no": false, "on": true, "off": false]

    /// What a YAML 1.1 reader makes of `text`, in words; nil when it is the same everywhere.
    static func reading(of text: String) -> String? {
        // Most texts need no closer look.
        guard let initial = text.utf8.first, "yYnNoO+-0123456789".utf8.contains(initial) else { return nil }
        if text.utf8.count <= 3, ["yes", "no", "on", "off"].contains(text.lowercased()) { return "true or false" }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        guard let first = digits.first, first.isASCII, first.isNumber else { return nil }
        if digits.count > 1, first == "0", digits.allSatisfy({ ("0"..."7").contains($0) }) {
            return "a number in base 8"
        }
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count > 1, parts.dropFirst().allSatisfy({ isSexagesimal($0) }),
            parts[0].allSatisfy({ $0.isASCII && $0.isNumber })
        {
            return "a number in base 60"
        }
        return nil
    }

    private static func isSexagesimal(_ part: Substring) -> Bool {
        guard (1...2).contains(part.count), part.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(part) else {
            return false
        }
        return value < 60
    }
}
