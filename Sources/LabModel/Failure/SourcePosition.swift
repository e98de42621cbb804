/// A place in a text that somebody wrote. Lines and columns count from 1; a column counts characters.
public struct SourcePosition: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The file's name as the writer knows it; nil for a text that came without one.
    public var file: String?
    public var line: Int
    public var column: Int

    public init(file: String? = nil, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String {
        let place = "\(line):\(column)"
        return file.map { "\($0):\(place)" } ?? place
    }

    public static func < (lhs: SourcePosition, rhs: SourcePosition) -> Bool {
        (lhs.file ?? "", lhs.line, lhs.column) < (rhs.file ?? "", rhs.line, rhs.column)
    }
}
