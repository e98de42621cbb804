/// The device types that this lab knows, resolved on demand.
public protocol DeviceCatalog: Sendable {
    /// Resolves a type with a board's variables and a job's context in it.
    ///
    /// - Throws: `configuration` when the type is unknown or wrong, `job` when the context does not fit.
    func profile(
        of type: DeviceTypeName, variables: [String: DataValue], context: [String: DataValue]
    ) throws(Failure) -> DeviceProfile
}
