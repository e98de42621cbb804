public import LabModel
public import Logging
import Synchronization

/// A device of the lab as the configuration describes it.
public struct DeviceDefinition: Hashable, Sendable {
    /// How boards name it.
    public var name: String
    public var driver: String
    public var options: [String: DataValue]

    public init(name: String, driver: String, options: [String: DataValue] = [:]) {
        self.name = name
        self.driver = driver
        self.options = options
    }
}

/// The lab's devices by name, each made once, whoever uses it.
public final class DeviceBook: Sendable {
    private let devices: [String: SwitchDevice]
    /// In the order of the configuration.
    public let definitions: [DeviceDefinition]

    /// Opens nothing: a device that is unplugged now is no reason not to start.
    ///
    /// - Throws: `configuration` for the first definition that is wrong.
    public init(
        _ definitions: [DeviceDefinition], links: any DriverLinks, clock: any LabClock, wear: any SwitchWear,
        logger: Logger
    ) throws(Failure) {
        var devices: [String: SwitchDevice] = [:]
        for definition in definitions {
            guard devices[definition.name] == nil else {
                throw Failure(.configuration, "there are two devices named '\(definition.name)'")
            }
            guard let kind = DriverRegistry.kind(named: definition.driver) else {
                throw Self.unknown(definition)
            }
            let options = try DriverOptions(definition.options, of: kind.facts, device: definition.name)
            devices[definition.name] = try SwitchDevice(
                name: definition.name, kind: kind, options: options, links: links, clock: clock, wear: wear,
                logger: logger)
        }
        self.devices = devices
        self.definitions = definitions
    }

    public func device(_ name: String) -> SwitchDevice? { devices[name] }

    /// Lets go of every device; what they switched stays as it is.
    public func close() async {
        for device in devices.values { await device.close() }
    }

    private static func unknown(_ definition: DeviceDefinition) -> Failure {
        let names = DriverRegistry.kinds.map(\.facts.name).joined(separator: ", ")
        return Failure(
            .configuration, "the device '\(definition.name)' has the unknown driver '\(definition.driver)'",
            advice: "there are \(names)")
    }
}
