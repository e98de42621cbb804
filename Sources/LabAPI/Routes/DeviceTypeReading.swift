public import LabModel
public import LabWire

/// What interfaces ask of the device type catalog. The composition root gives the catalog of `JobDSL`.
public protocol DeviceTypeReading: Sendable {
    /// All known types, sorted.
    func names() -> [DeviceTypeName]

    /// The type with its own variables; nil when there is no such type.
    ///
    /// - Throws: `configuration` when the type's file is wrong.
    func profile(of type: DeviceTypeName) throws(Failure) -> DeviceProfile?

    /// Which layer set `key`; nil when there is no such type.
    ///
    /// - Throws: `configuration` when the type's file is wrong, `job` when there is no such key.
    func explain(_ key: String, of type: DeviceTypeName) throws(Failure) -> Explanation?
}
