public import LabModel

/// Which of the devices that are plugged in a binding means.
public enum USBMatch {
    /// All that may be meant, by path.
    public static func all(_ binding: USBBinding, among devices: [USBIdentity]) -> [USBIdentity] {
        devices.filter { device in
            binding.ids.isEmpty || binding.ids.contains(device.id)
        }.filter { device in
            binding.path.map { $0 == device.path } ?? true
        }.filter { device in
            binding.serial.map { $0 == device.serial } ?? true
        }.filter { device in
            binding.productPrefix.map { device.product?.hasPrefix($0) == true } ?? true
        }.sorted { $0.path < $1.path }
    }

    /// The one that is meant.
    ///
    /// - Throws: `infrastructure` naming what was looked for when none is there, and naming every path when several are.
    public static func one(_ binding: USBBinding, among devices: [USBIdentity]) throws(Failure) -> USBIdentity {
        let found = all(binding, among: devices)
        guard let first = found.first else { throw absent(binding, among: devices) }
        guard found.count == 1 else { throw ambiguous(found, for: binding) }
        return first
    }

    /// What is looked for, as a message names it: `USB device 16c0:05df at 1-4.2`.
    public static func description(_ binding: USBBinding) -> String {
        var text = "USB device"
        if !binding.ids.isEmpty { text += " " + binding.ids.map(\.description).joined(separator: " or ") }
        if let prefix = binding.productPrefix { text += " named \(prefix)…" }
        if let serial = binding.serial { text += " with serial number \(serial)" }
        if let path = binding.path { text += " at \(path)" }
        return text
    }

    static func absent(_ binding: USBBinding, among devices: [USBIdentity]) -> Failure {
        let alike = devices.filter { binding.ids.contains($0.id) }.sorted { $0.path < $1.path }
        let others = alike.map { "\($0.serial ?? "no serial number") at \($0.path)" }.joined(separator: ", ")
        return Failure(
            .infrastructure, "no \(description(binding)) is plugged in", at: binding.device,
            advice: others.isEmpty ? nil : "there is \(others)")
    }

    static func ambiguous(_ found: [USBIdentity], for binding: USBBinding) -> Failure {
        let paths = found.map(\.path).joined(separator: " and ")
        let count = found.count == 2 ? "two cards" : "\(found.count) cards"
        return Failure(
            .infrastructure, "\(count) with equal ids: \(description(binding)) is at \(paths)", at: binding.device,
            advice: "bind by 'path'")
    }
}
