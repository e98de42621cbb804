import LabModel

/// What values the accepted QEMU options may have.
enum QemuRules {
    /// The largest memory of a board, in MiB.
    static let memoryLimit = 16_384

    /// A value without a path or a reference to something of the host.
    static func plain(_ option: String, _ value: String) throws(Failure) -> String {
        guard !value.isEmpty, value.count <= 200, value.allSatisfy({ isPlain($0) }) else {
            throw QemuArguments.refused("\(option) \(value)", "has a value that is not allowed")
        }
        return value
    }

    static func memory(_ text: String) throws(Failure) -> Int {
        let digits = text.prefix { $0.isNumber }
        let unit = text.dropFirst(digits.count).uppercased()
        let factor = unit == "G" || unit == "GB" ? 1024 : unit.isEmpty || unit == "M" || unit == "MB" ? 1 : 0
        guard let number = Int(digits), factor > 0, number > 0, number <= memoryLimit / factor else {
            throw QemuArguments.refused("-m \(text)", "is not an amount of memory up to \(memoryLimit) MiB")
        }
        return number * factor
    }

    static func machine(_ value: String) throws(Failure) -> String {
        let properties = QemuProperties(try plain("-machine", value))
        for pair in properties.pairs where !machineKeys.contains(pair.key) {
            throw QemuArguments.refused("-machine \(value)", "has the property \(pair.key), which is not allowed")
        }
        return value
    }

    static func image(_ option: String, _ value: String, _ images: [String: String]) throws(Failure) -> String {
        guard let path = images[value] else {
            throw QemuArguments.refused("\(option) \(value)", "does not name an image of the job, such as {kernel}")
        }
        return path
    }

    static func drive(_ value: String, _ images: [String: String]) throws(Failure) -> QemuArguments.Drive {
        var properties = QemuProperties(value)
        guard properties.head == nil, let file = properties["file"] else {
            throw QemuArguments.refused("-drive \(value)", "names no file")
        }
        let path = try image("-drive file=", file, images)
        for pair in properties.pairs {
            guard driveKeys.contains(pair.key) else {
                throw QemuArguments.refused("-drive \(value)", "has the property \(pair.key), which is not allowed")
            }
            if pair.key != "file" { _ = try plain("-drive \(pair.key)=", pair.value) }
        }
        let isReadOnly = ["on", "yes", "true"].contains(properties["readonly"] ?? "off")
        // These are given by the command line itself, from what the file is.
        for key in ["file", "format", "readonly", "cache"] { properties[key] = nil }
        return QemuArguments.Drive(path: path, properties: properties, isReadOnly: isReadOnly)
    }

    static func device(_ value: String) throws(Failure) -> QemuProperties {
        let properties = QemuProperties(value)
        guard let model = properties.head, models.contains(where: { isModel(model, $0) }),
            !model.contains("host"), !model.contains("-9p")
        else { throw QemuArguments.refused("-device \(value)", "is a device that is not allowed") }
        for pair in properties.pairs {
            guard deviceKeys.contains(pair.key), !(pair.key == "romfile" && !pair.value.isEmpty) else {
                throw QemuArguments.refused("-device \(value)", "has the property \(pair.key), which is not allowed")
            }
            if !pair.value.isEmpty { _ = try plain("-device \(pair.key)=", pair.value) }
        }
        return properties
    }

    static func network(_ value: String) throws(Failure) -> QemuProperties {
        let properties = QemuProperties(value)
        guard properties.head == "user" else {
            throw QemuArguments.refused("-netdev \(value)", "is not a user network")
        }
        for pair in properties.pairs {
            guard networkKeys.contains(pair.key) else {
                throw QemuArguments.refused("-netdev \(value)", "has the property \(pair.key), which is not allowed")
            }
            _ = try plain("-netdev \(pair.key)=", pair.value)
        }
        return properties
    }

    static func object(_ value: String) throws(Failure) -> QemuProperties {
        var properties = QemuProperties(value)
        guard ["rng-random", "rng-builtin"].contains(properties.head ?? ""), let id = properties["id"] else {
            throw QemuArguments.refused("-object \(value)", "is not a source of random numbers")
        }
        // The emulator's own generator does for both, and reads nothing of the host.
        properties = QemuProperties(head: "rng-builtin", pairs: [.init(key: "id", value: try plain("-object", id))])
        return properties
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._:+-=,".contains(character))
    }

    private static func isModel(_ model: String, _ rule: String) -> Bool {
        rule.hasSuffix("-") ? model.hasPrefix(rule) : model == rule
    }

    /// A rule that ends in `-` stands for all models that begin so.
    private static let models = [
        "virtio-blk-", "virtio-net-", "virtio-rng-", "virtio-scsi-", "virtio-balloon-", "virtio-serial-",
        "virtio-gpu-", "virtio-keyboard-", "virtio-mouse-", "virtio-tablet-", "nvme", "ide-hd", "ide-cd", "scsi-hd",
        "scsi-cd", "sd-card", "sdhci-pci", "ahci", "e1000", "e1000e", "rtl8139", "usb-storage", "usb-kbd", "usb-mouse",
        "usb-tablet", "usb-net", "usb-hub", "qemu-xhci", "nec-usb-xhci", "usb-ehci", "pcie-root-port", "pci-bridge",
        "i6300esb",
    ]
    private static let machineKeys: Set<String> = [
        "type", "accel", "gic-version", "virtualization", "secure", "highmem", "its", "acpi", "usb", "mte", "iommu",
        "smm", "kernel_irqchip", "vmport", "graphics", "aclint",
    ]
    private static let driveKeys: Set<String> = [
        "file", "format", "if", "id", "media", "readonly", "index", "unit", "bus", "cache", "snapshot", "serial",
    ]
    private static let deviceKeys: Set<String> = [
        "drive", "netdev", "mac", "id", "bus", "addr", "serial", "bootindex", "num-queues", "queue-size", "unit", "lun",
        "scsi-id", "channel", "romfile", "rng", "max-bytes", "period", "disable-legacy", "disable-modern", "packed",
        "iommu_platform", "logical_block_size", "physical_block_size", "removable", "slot", "chassis", "port",
        "multifunction", "request-merging", "write-cache",
    ]
    private static let networkKeys: Set<String> = [
        "id", "restrict", "net", "host", "dhcpstart", "dns", "hostname", "ipv4", "ipv6", "domainname",
    ]
}
