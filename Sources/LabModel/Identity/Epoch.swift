/// Counts the starts of labd on one store. A lease or a process of an older epoch is void.
public struct Epoch: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public var description: String { String(rawValue) }

    public static func < (lhs: Epoch, rhs: Epoch) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// The fencing generation of a lease: it grows with every lease of a board, so that a late command
/// of an earlier holder can be told from the present one's and refused.
public struct LeaseGeneration: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public var description: String { String(rawValue) }

    public static func < (lhs: LeaseGeneration, rhs: LeaseGeneration) -> Bool { lhs.rawValue < rhs.rawValue }
}
