import LabModel
import Yams

extension Diagnostic {
    /// What the parser says about a text, with its place; the offending line is cut.
    init(_ error: any Error, text: String, positions: PositionMap) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            if let known = Self.known(problem, at: mark, text: text, positions: positions) {
                self = known
                return
            }
            let around = context.map { " \($0.text) of line \($0.mark.line)" } ?? ""
            self.init(
                .error, at: positions.position(mark), "the text is not YAML: \(cutExcerpt(problem + around))",
                excerpt: Self.line(mark.line, of: text))
        case YamlError.reader(let problem, let offset, _, _):
            // The offset counts bytes.
            let before = String(decoding: text.utf8.prefix(offset ?? 0), as: UTF8.self)
            self.init(
                .error, at: positions.start(ofLine: before.count { $0.isNewline } + 1),
                "the text cannot be read: \(cutExcerpt(problem))")
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.prefix(5).map { "`\(cutExcerpt($0))`" }.joined(separator: ", ")
            self.init(
                .error, at: positions.position(context.mark), "\(keys) stands more than once in this mapping",
                suggestion: "keep one of them")
        default:
            self.init(.error, at: positions.position(nil), "the text is not YAML")
        }
    }

    /// What people get wrong most often, in their words instead of the parser's.
    private static func known(_ problem: String, at mark: Mark, text: String, positions: PositionMap) -> Diagnostic? {
        if problem.contains("found another document") {
            return Diagnostic(
                .error, at: positions.position(mark),
                "the text must be one YAML document; a second begins at line \(mark.line)",
                suggestion: "remove the `---` or keep the documents apart")
        }
        let margin = (rawLine(mark.line, of: text) ?? "").prefix { $0 == " " || $0 == "\t" }
        guard let tab = margin.firstIndex(of: "\t") else { return nil }
        var position = positions.start(ofLine: mark.line)
        position.column += margin.distance(from: margin.startIndex, to: tab)
        return Diagnostic(
            .error, at: position, "YAML forbids tabs for indentation", excerpt: line(mark.line, of: text),
            suggestion: "indent with spaces")
    }

    private static func line(_ number: Int, of text: String) -> String? {
        guard let raw = rawLine(number, of: text) else { return nil }
        let line = cutExcerpt(String(raw.drop { $0 == " " || $0 == "\t" }.prefix(200)))
        return line.isEmpty ? nil : line
    }

    private static func rawLine(_ number: Int, of text: String) -> Substring? {
        let lines = text.split(maxSplits: number, omittingEmptySubsequences: false) { $0.isNewline }
        return lines.indices.contains(number - 1) ? lines[number - 1] : nil
    }
}
