public import LabModel

/// A device type in a list.
public struct DeviceTypeSummary: Codable, Sendable, Equatable {
    public var name: String
    public var description: String
    /// How many boards of this type the lab has.
    public var boards: Int

    public init(name: String, description: String, boards: Int) {
        self.name = name
        self.description = description
        self.boards = boards
    }
}

/// The device types of the lab.
public struct DeviceTypeList: Codable, Sendable, Equatable {
    public var deviceTypes: [DeviceTypeSummary]

    public init(deviceTypes: [DeviceTypeSummary]) {
        self.deviceTypes = deviceTypes
    }
}

/// A device type with everything that the engine knows of it.
public struct DeviceTypeInfo: Codable, Sendable, Equatable {
    public var name: String
    public var description: String
    /// The resolved profile; times in seconds.
    public var profile: DataValue

    public init(name: String, description: String, profile: DataValue) {
        self.name = name
        self.description = description
        self.profile = profile
    }

    public init(_ profile: DeviceProfile) {
        self.init(name: profile.type.rawValue, description: profile.description, profile: profile.wireValue)
    }
}
