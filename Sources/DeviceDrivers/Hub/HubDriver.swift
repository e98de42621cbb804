import LabModel

/// The ports of a USB hub as channels, by their numbers.
struct HubDriver: SwitchDriver {
    private let link: any HubLink
    private let device: String
    private var isChecked = false

    init(_ link: any HubLink, device: String) {
        self.link = link
        self.device = device
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try examine(channel)
        try link.set(channel, isOn)
    }

    /// The hub's word; whether the socket has power is for other evidence to say.
    mutating func read(_ channel: Int) throws(Failure) -> Bool? { try link.powerBit(channel) }

    mutating func close() {
        link.close()
        isChecked = false
    }

    /// A hub that switches all of its ports at once would take the neighbours along.
    private mutating func examine(_ port: Int) throws(Failure) {
        if isChecked { return }
        // Where the hub may not be asked, the kernel's own switch may still be there.
        guard let facts = try? link.facts() else { return }
        guard facts.isPerPort else {
            throw Failure(
                .configuration, "this hub does not switch its ports one by one", at: device,
                advice: "`uhubctl` lists hubs that do")
        }
        guard port <= facts.ports else {
            throw Failure(.configuration, "this hub has \(facts.ports) ports, and no port \(port)", at: device)
        }
        isChecked = true
    }
}

extension DriverKind {
    static let usbHub = DriverKind(
        DriverFacts(
            name: "usb-hub", title: "ports of a USB hub with per-port power switching", link: .hub, channels: 1...15,
            readBack: .memory, ownerDeath: .keeps, afterPowerLoss: "all on",
            options: [
                DriverOption("path", .text, isRequired: true, "bus and ports of the hub, such as 1-4, or usb1"),
                DriverOption("companion", .text, standard: "found by the kernel", "the hub's other half, such as 2-4"),
            ],
            proofs: [.tool("uhubctl"), .bench],
            example: """
                devices:
                  - {name: hub, driver: usb-hub, path: 1-4}
                boards:
                  - name: rpi-1
                    type: bcm2711-rpi-4-b
                    driver: lab
                    options:
                      power: {device: hub, channel: 2, verify: {usb: 1-4.2}}
                """)
    ) { options, links throws(Failure) in
        let path = options.text("path") ?? ""
        for (name, path) in [("path", path), ("companion", options.text("companion") ?? "1-1")] {
            guard SysfsUSB.isPath(path) else {
                throw Failure(
                    .configuration, "'\(name)' needs bus and ports such as 1-4.2, not \(path.prefix(60))",
                    at: options.device)
            }
        }
        let binding = HubBinding(path: path, companion: options.text("companion"), device: options.device)
        return HubDriver(try links.hub(binding), device: options.device)
    }
}
