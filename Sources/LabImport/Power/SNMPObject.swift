/// An object that switches an outlet: numbers with the outlet's behind them.
struct SNMPObject: Hashable {
    var prefix: String
    var outlet: Int

    init?(_ text: String) {
        let parts = text.drop { $0 == "." }.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let last = parts.last, let outlet = PowerCommand.channel(String(last)),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        prefix = parts.dropLast().joined(separator: ".")
        self.outlet = outlet
    }

    /// Which of the families of our `snmp` driver it belongs to.
    var family: SNMPFamily? { SNMPFamily.all.first { $0.prefix == prefix } }
}

/// A model of our `snmp` driver, as far as commands of others name its object.
struct SNMPFamily: Hashable {
    var name: String
    var prefix: String
    var on: Int64
    var off: Int64
    var reboot: Int64?

    func action(for value: Int64) -> PowerCommand.Action? {
        value == on ? .on : value == off ? .off : value == reboot ? .reboot : nil
    }

    static let all = [
        SNMPFamily(name: "apc-ap79xx", prefix: "1.3.6.1.4.1.318.1.1.4.4.2.1.3", on: 1, off: 2, reboot: 3),
        SNMPFamily(name: "apc-rpdu", prefix: "1.3.6.1.4.1.318.1.1.12.3.3.1.1.4", on: 1, off: 2, reboot: 3),
        SNMPFamily(name: "apc-rpdu2", prefix: "1.3.6.1.4.1.318.1.1.26.9.2.4.1.5", on: 1, off: 2, reboot: 3),
        SNMPFamily(name: "raritan-px2", prefix: "1.3.6.1.4.1.13742.6.4.1.2.1.2.1", on: 1, off: 0, reboot: 2),
        SNMPFamily(name: "servertech-sentry3", prefix: "1.3.6.1.4.1.1718.3.2.3.1.11.1.1", on: 1, off: 2, reboot: 3),
        SNMPFamily(name: "cyberpower", prefix: "1.3.6.1.4.1.3808.1.1.3.3.3.1.1.4", on: 1, off: 2, reboot: 3),
        SNMPFamily(name: "poe", prefix: "1.3.6.1.2.1.105.1.1.1.3.1", on: 1, off: 2),
    ]
}
