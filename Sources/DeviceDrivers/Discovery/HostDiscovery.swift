import Glibc
public import LabModel

/// What is plugged into this host, and which drivers fit. Reads the kernel's lists; opens nothing but gpiochips, which
/// anybody may look at.
public struct HostDiscovery: DeviceDiscovery {
    private let usb: SysfsUSB
    private let chips: GPIOChips
    private let configured: [DeviceDefinition]

    public init(
        usb: SysfsUSB = SysfsUSB(), chips: GPIOChips = GPIOChips(), configured: [DeviceDefinition] = []
    ) {
        self.usb = usb
        self.chips = chips
        self.configured = configured
    }

    public var drivers: [DriverSummary] { DriverRegistry.kinds.map { DriverSummary($0.facts) } }

    public func discover() async -> [DiscoveredDevice] {
        let identities = usb.identities()
        return identities.filter { $0.deviceClass != Self.hubClass }.flatMap { usbDevice($0, among: identities) }
            + identities.filter { $0.deviceClass == Self.hubClass }.map(hub) + chips.chips().map(chip)
    }

    // USB 2.0, table 11-7.
    private static let hubClass: UInt8 = 9

    /// A device, and a serial port of it for each of its ports.
    private func usbDevice(_ identity: USBIdentity, among all: [USBIdentity]) -> [DiscoveredDevice] {
        let fits = DriverRegistry.kinds.map(\.facts).filter { $0.ids.contains(identity.id) }
        let title = [identity.manufacturer, identity.product].compactMap(\.self).joined(separator: " ")
        let name = "\(identity.id) " + (title.isEmpty ? "without a name" : title)
        let ports = usb.ports(at: identity.path).map { "\(usb.devices)/\($0)" }
        var found: [DiscoveredDevice] = []
        let byUSB = fits.filter { $0.link == .usb }
        if !byUSB.isEmpty || ports.isEmpty {
            let node = usb.deviceNode(at: identity.path)
            let isOpen = node.map { access($0, R_OK | W_OK) == 0 } ?? true
            found.append(
                device(
                    .usb, at: identity.path, name, byUSB, binding: "path: \(identity.path)",
                    isCertain: byUSB.count == 1,
                    obstacle: byUSB.isEmpty || isOpen
                        ? nil : "labd may not open it: a udev rule gives it to labd, see docs/hardware.md"))
        }
        let bySerial = fits.filter { $0.link == .serial }
        let lines = DriverRegistry.kinds.map(\.facts).filter { $0.name == "serial-lines" }
        for (index, port) in ports.enumerated() {
            let place = "path: \(identity.path)" + (index > 0 ? ", adapter_port: \(index)" : "")
            found.append(
                device(
                    .serial, at: port, name, bySerial + lines, binding: place, isCertain: false,
                    obstacle: access(port, R_OK | W_OK) == 0
                        ? nil : "labd may not open it: add its user to the group of \(port)"))
        }
        return found
    }

    private func hub(_ identity: USBIdentity) -> DiscoveredDevice {
        let facts = DriverRegistry.kinds.map(\.facts).filter { $0.link == .hub }
        let title = [identity.manufacturer, identity.product].compactMap(\.self).joined(separator: " ")
        return device(
            .hub, at: identity.path, "\(identity.id) \(title)", facts, binding: "path: \(identity.path)",
            isCertain: false,
            obstacle: usb.hubPorts(at: identity.path).contains { access($0 + "/disable", W_OK) == 0 }
                ? nil : "its ports may not be switched: a udev rule gives their `disable` files to labd")
    }

    private func chip(_ chip: GPIOChips.Chip) -> DiscoveredDevice {
        let facts = DriverRegistry.kinds.map(\.facts).filter { $0.link == .gpio }
        let lines = chips.lines(of: chip)
        let free = lines.filter { !$0.isUsed }
        let names = free.prefix(2).map { $0.name.isEmpty ? String($0.offset) : $0.name }
        return device(
            .gpio, at: chip.path, "\(chip.name) [\(chip.label)], \(chip.lines) lines, \(free.count) free", facts,
            binding: "chip: \"\(chip.label)\", lines: [\(names.joined(separator: ", "))]", isCertain: true,
            obstacle: nil)
    }

    private func device(
        _ kind: DiscoveredDevice.Kind, at place: String, _ title: String, _ fits: [DriverFacts], binding: String,
        isCertain: Bool, obstacle: String?
    ) -> DiscoveredDevice {
        DiscoveredDevice(
            kind: kind, place: place, title: title, drivers: fits.map(\.name), isCertain: isCertain && !fits.isEmpty,
            isProven: fits.first?.isProven == true,
            configured: configured.filter { names($0, place, of: fits) }.map(\.name),
            entry: fits.first.map { Self.entry($0, binding) }, obstacle: obstacle)
    }

    /// Whether an entry of the configuration names this place itself. One that is bound by a serial number does not.
    private func names(_ definition: DeviceDefinition, _ place: String, of fits: [DriverFacts]) -> Bool {
        guard fits.contains(where: { $0.name == definition.driver }) else { return false }
        return ["path", "tty", "chip"].contains { key in
            guard let value = definition.options[key]?.string else { return false }
            return value == place || realpath(value) == place
        }
    }

    private func realpath(_ path: String) -> String? {
        guard path.hasPrefix("/"), let resolved = Glibc.realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func entry(_ facts: DriverFacts, _ binding: String) -> String {
        """
        devices:
          - {name: my-\(facts.name), driver: \(facts.name), \(binding)}
        boards:
          - name: my-board
            type: DEVICE-TYPE
            driver: lab
            options:
              power: {device: my-\(facts.name), channel: \(facts.channels.lowerBound)}
        """
    }
}

extension DriverSummary {
    init(_ facts: DriverFacts) {
        self.init(
            name: facts.name, title: facts.title, link: facts.link.rawValue, ids: facts.ids.map(\.description),
            channels: "\(facts.channels.lowerBound)...\(facts.channels.upperBound)", readBack: facts.readBack.rawValue,
            ownerDeath: facts.ownerDeath.rawValue, proofs: facts.proofs.map(\.description), isProven: facts.isProven,
            options: facts.options.map {
                Option(name: $0.name, meaning: $0.meaning, isRequired: $0.isRequired, standard: $0.standard)
            }, example: facts.example)
    }
}
