/// A place in a console's output: the number of bytes that came before it since the console was opened.
public struct ConsoleOffset: RawRepresentable, Hashable, Comparable, Sendable, Codable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public static let start = ConsoleOffset(rawValue: 0)

    public static func < (lhs: ConsoleOffset, rhs: ConsoleOffset) -> Bool { lhs.rawValue < rhs.rawValue }
}
