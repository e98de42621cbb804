import LabModel

/// A file that was read elsewhere.
public struct SourceText: Hashable, Sendable {
    /// As the person who imports would name it.
    public var path: String
    /// The file's name without its ending.
    public var name: String
    public var text: String

    public init(path: String, name: String, text: String) {
        self.path = path
        self.name = name
        self.text = text
    }

    /// The place of a byte.
    func position(_ offset: Int) -> SourcePosition {
        let before = text.utf8.prefix(max(0, offset))
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { before.index(after: $0) } ?? before.startIndex
        return SourcePosition(
            file: path, line: line, column: String(decoding: before[start...], as: UTF8.self).count + 1)
    }

    func diagnostic(at offset: Int, _ message: String, suggestion: String? = nil) -> Diagnostic {
        Diagnostic(.error, at: position(offset), message, suggestion: suggestion)
    }
}
