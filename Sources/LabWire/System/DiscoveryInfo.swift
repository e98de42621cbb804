public import LabModel

/// What is plugged into the lab's host.
public struct DiscoveryInfo: Codable, Sendable, Equatable {
    public var devices: [DiscoveredDevice]

    public init(devices: [DiscoveredDevice]) {
        self.devices = devices
    }
}

/// Every driver that labd has.
public struct DriverList: Codable, Sendable, Equatable {
    public var drivers: [DriverSummary]

    public init(drivers: [DriverSummary]) {
        self.drivers = drivers
    }
}
