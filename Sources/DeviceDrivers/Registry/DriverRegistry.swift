/// Every driver that there is. One line each; a driver that is not here does not exist.
public enum DriverRegistry {
    public static let kinds: [DriverKind] = [
        .gpio,
        .usbHub,
    ]

    public static func kind(named name: String) -> DriverKind? { kinds.first { $0.facts.name == name } }
}
