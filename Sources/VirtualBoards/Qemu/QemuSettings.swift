import LabModel

/// What a device type's `emulator` section and a board's `options` say about a QEMU machine; the board's word counts.
struct QemuSettings: Hashable, Sendable {
    /// In Debian's words, such as `arm64`.
    var architecture: String
    /// The kit the board boots from; nil for a board that needs images.
    var kit: String?
    /// A network card's model; nil for none.
    var network: String?
    var arguments: QemuArguments
    /// How its power goes away; nil at once.
    var relay: ModelledRelay.Settings?

    /// - Throws: `configuration` when a value is wrong or a key is unknown.
    init(profile: DeviceProfile, definition: BoardDefinition) throws(Failure) {
        var values: [String: DataValue] = [:]
        for layer in [profile.emulator, definition.options] {
            for (key, value) in layer.map ?? [:] { values[key] = value }
        }
        for key in values.keys where !Self.keys.contains(key) {
            throw Self.wrong(definition, "has the unknown emulator option '\(key)'")
        }

        func text(_ key: String) throws(Failure) -> String? {
            switch values[key] {
            case nil, .null?: return nil
            case .string(let text)?: return text
            case .integer(let number)?: return String(number)
            default: throw Self.wrong(definition, "needs a text or a number for the emulator option '\(key)'")
            }
        }

        let named = try text("arch") ?? profile.architecture
        architecture = Self.otherNames[named] ?? named
        kit = try text("kit")
        relay = try Self.relay(definition)
        let model = try text("network_model") ?? "virtio-net-pci"
        switch try text("network") ?? "user" {
        case "user": network = model
        case "none": network = nil
        case let other: throw Self.wrong(definition, "wants the network '\(other)'; known are user and none")
        }
        var arguments = QemuArguments()
        do {
            let defaults = Self.defaults[architecture] ?? [:]
            for (option, key) in [("-machine", "machine"), ("-cpu", "cpu"), ("-smp", "smp"), ("-m", "memory")] {
                let value = try text(key) ?? defaults[key]
                if let value { try arguments.add("\(option) '\(value)'", images: [:]) }
            }
            // Checked as a device, then used as the network card's model.
            if let network { try arguments.add("-device '\(network)'", images: [:]) }
            arguments.devices = []
            arguments.kernelCommandLine = try text("append")
            if values["kvm"]?.bool == true { try arguments.add("-accel kvm", images: [:]) }
            for extra in values["extra_options"]?.list ?? [] {
                try arguments.add(extra.string ?? "", images: [:])
            }
        } catch {
            throw Self.wrong(definition, "has a wrong emulator option: \(error.message)")
        }
        self.arguments = arguments
    }

    /// Of the board's options alone: a type says nothing about the relay of one board.
    static func relay(_ definition: BoardDefinition) throws(Failure) -> ModelledRelay.Settings? {
        guard let value = definition.options.map?["relay"], value != .null else { return nil }
        return try ModelledRelay.Settings(value, board: definition.name)
    }

    private static func wrong(_ definition: BoardDefinition, _ what: String) -> Failure {
        Failure(
            .configuration, "board \(definition.name) of type \(definition.type) \(what)",
            advice: "docs/virtual-boards.md lists the options")
    }

    private static let keys: Set<String> = [
        "arch", "machine", "cpu", "smp", "memory", "kit", "network", "network_model", "append", "kvm",
        "extra_options",
        // How the board's power goes away.
        "relay",
        // Belongs to the images of a job; their own arguments say it.
        "disk_interface",
    ]

    /// The kernel's words, in Debian's.
    private static let otherNames = ["aarch64": "arm64", "arm": "armhf", "x86_64": "amd64", "x86": "i386"]

    /// The machine of an architecture where nothing else is said.
    private static let defaults: [String: [String: String]] = [
        "arm64": ["machine": "virt,gic-version=2", "cpu": "cortex-a53", "memory": "256"],
        "armhf": ["machine": "virt,gic-version=2", "cpu": "cortex-a15", "memory": "256"],
        "amd64": ["machine": "q35", "memory": "512"],
        "i386": ["machine": "pc", "memory": "512"],
        "riscv64": ["machine": "virt", "memory": "256"],
    ]
}
