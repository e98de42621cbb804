public import LabModel
import Yams

/// Reads YAML texts that strangers wrote.
public enum YAMLText {
    /// The one document of `text` as a tree with positions.
    ///
    /// Aliases are expanded and merge keys (`<<`) applied, both within `limits`.
    ///
    /// - Parameter file: the name that positions carry.
    /// - Throws: the first thing that is wrong with the text as YAML, or the limit it breaks.
    public static func read(
        _ text: String, file: String? = nil, limits: YAMLLimits = .standard
    ) throws(Diagnostic) -> YAMLNode {
        let start = SourcePosition(file: file, line: 1, column: 1)
        guard text.utf8.count <= limits.bytes else {
            throw Diagnostic(.error, at: start, "the text is larger than \(limits.bytes) bytes")
        }
        if let zero = text.utf8.firstIndex(of: 0) {
            let line = text.utf8[..<zero].count { $0 == UInt8(ascii: "\n") } + 1
            throw Diagnostic(
                .error, at: SourcePosition(file: file, line: line, column: 1), "the text has a NUL byte in this line",
                suggestion: "save it as UTF-8 text")
        }
        if AliasGuard.refuses(text) {
            throw Diagnostic(.error, at: start, "aliases inside a list or mapping that is a key are not accepted")
        }
        let text = text.unicodeScalars.first == "\u{feff}" ? String(text.unicodeScalars.dropFirst()) : text
        let positions = PositionMap(text, file: file)
        guard let root = try compose(text, positions) else {
            throw Diagnostic(.error, at: start, "the text is empty")
        }
        var builder = TreeBuilder(positions: positions, limits: limits)
        return try builder.copy(root, depth: 1)
    }

    private static func compose(_ text: String, _ positions: PositionMap) throws(Diagnostic) -> Node? {
        do {
            // The basic resolver leaves every scalar text, so that equal keys are equal texts.
            return try Yams.compose(yaml: text, .basic, .default, .utf8)
        } catch {
            throw Diagnostic(error, text: text, positions: positions)
        }
    }
}
