/// Every driver that there is. One line each; a driver that is not here does not exist.
public enum DriverRegistry {
    public static let kinds: [DriverKind] = [
        .gpio,
        .usbHub,
        .dcttech,
        .ucreatefun,
        .lcusHID,
        .sispm,
        .ykush,
        .ykushXS,
        .ykush3,
        .dutlink,
        .mcp2221,
        .ftdiBitbang,
        .ftdiCBUS,
        .lcus,
        .numato,
        .devantech,
        .dlpIO8,
        .serialLines,
        .shelly1,
        .shelly2,
        .tasmota,
        .netio,
        .gude,
        .esphome,
        .pdudaemon,
        .snmp,
        .modbusRTU,
        .modbusTCP,
        .devantechETH,
        .command,
    ]

    public static func kind(named name: String) -> DriverKind? { kinds.first { $0.facts.name == name } }
}
