import LabModel
import Yams

extension Diagnostic {
    /// What the parser says about a text, with its place; the offending line is cut.
    init(_ error: any Error, text: String, positions: PositionMap) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let around = context.map { " \($0.text) of line \($0.mark.line)" } ?? ""
            self.init(
                .error, at: positions.position(mark), "the text is not YAML: \(cutExcerpt(problem + around))",
                excerpt: Self.line(mark.line, of: text))
        case YamlError.reader(let problem, let offset, _, _):
            let line = offset.map { text.prefix($0).count { $0.isNewline } + 1 } ?? 1
            self.init(
                .error, at: positions.start(ofLine: line),
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

    private static func line(_ number: Int, of text: String) -> String? {
        let lines = text.split(maxSplits: number, omittingEmptySubsequences: false) { $0.isNewline }
        guard lines.indices.contains(number - 1) else { return nil }
        let line = cutExcerpt(String(lines[number - 1].drop { $0 == " " }.prefix(200)))
        return line.isEmpty ? nil : line
    }
}
