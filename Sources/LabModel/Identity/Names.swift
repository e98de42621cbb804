/// The name of a board in this lab, LAVA's hostname.
public struct BoardName: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }

    public static func < (lhs: BoardName, rhs: BoardName) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// The name of a device type, as `device_type:` in a job names it.
public struct DeviceTypeName: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }

    public static func < (lhs: DeviceTypeName, rhs: DeviceTypeName) -> Bool { lhs.rawValue < rhs.rawValue }
}
