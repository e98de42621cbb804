import LabModel

/// The emulator arguments of a job or a device type, checked one by one. What is not known here is refused: an
/// argument of QEMU can read, write and run what the lab may not give to a job.
struct QemuArguments: Hashable, Sendable {
    var machine: String?
    var processor: String?
    var processors: String?
    /// MiB.
    var memory: Int?
    var firmware: String?
    var kernel: String?
    var ramdisk: String?
    var deviceTree: String?
    var kernelCommandLine: String?
    var drives: [Drive] = []
    var devices: [QemuProperties] = []
    var networks: [QemuProperties] = []
    var randomSources: [QemuProperties] = []
    /// Options that were accepted as they stand.
    var others: [[String]] = []

    /// An image as a disk or flash.
    struct Drive: Hashable, Sendable {
        var path: String
        var properties: QemuProperties
        var isReadOnly: Bool
    }

    init() {}

    /// Reads `text`. The only files it can name are the job's images, by their placeholder: `images` gives the path of
    /// `{kernel}`.
    ///
    /// - Throws: `job` with the argument that is not acceptable.
    mutating func add(_ text: String, images: [String: String]) throws(Failure) {
        var words = try ShellWords.split(text)[...]
        guard words.count <= 256, text.utf8.count <= 65_536 else {
            throw Failure(.job, "the emulator arguments are too long")
        }
        while let word = words.popFirst() {
            let option = word.hasPrefix("--") ? String(word.dropFirst()) : word
            guard option.hasPrefix("-") else { throw Self.refused(word, "is not an option") }
            if Self.ignored.contains(option) { continue }
            guard Self.known.contains(option) || Self.ignoredWithValue.contains(option) else {
                throw Self.refused(word, "is not allowed")
            }
            guard let value = words.popFirst() else { throw Self.refused(word, "needs a value") }
            if Self.ignoredWithValue.contains(option) { continue }
            try set(option, value, images: images)
        }
    }

    private mutating func set(_ option: String, _ value: String, images: [String: String]) throws(Failure) {
        switch option {
        case "-M", "-machine": machine = try QemuRules.machine(value)
        case "-cpu": processor = try QemuRules.plain(option, value)
        case "-smp": processors = try QemuRules.plain(option, value)
        case "-m": memory = try QemuRules.memory(value)
        case "-bios": firmware = try QemuRules.image(option, value, images)
        case "-kernel": kernel = try QemuRules.image(option, value, images)
        case "-initrd": ramdisk = try QemuRules.image(option, value, images)
        case "-dtb": deviceTree = try QemuRules.image(option, value, images)
        case "-append": kernelCommandLine = value
        case "-drive": drives.append(try QemuRules.drive(value, images))
        case "-hda", "-hdb", "-hdc", "-hdd":
            let path = try QemuRules.image(option, value, images)
            drives.append(Drive(path: path, properties: QemuProperties(), isReadOnly: false))
        case "-cdrom":
            let path = try QemuRules.image(option, value, images)
            let properties = QemuProperties(pairs: [.init(key: "media", value: "cdrom")])
            drives.append(Drive(path: path, properties: properties, isReadOnly: true))
        case "-device": devices.append(try QemuRules.device(value))
        case "-netdev": networks.append(try QemuRules.network(value))
        case "-object": randomSources.append(try QemuRules.object(value))
        case "-rtc", "-boot", "-accel": others.append([option, try QemuRules.plain(option, value)])
        default: throw Self.refused(option, "is not allowed")
        }
    }

    private static let known: Set<String> = [
        "-M", "-machine", "-cpu", "-smp", "-m", "-bios", "-kernel", "-initrd", "-dtb", "-append", "-drive", "-hda",
        "-hdb", "-hdc", "-hdd", "-cdrom", "-device", "-netdev", "-object", "-rtc", "-boot", "-accel",
    ]
    /// What LAVA's jobs carry for their own console handling; ours is fixed.
    private static let ignored: Set<String> = ["-nographic", "-no-reboot", "-no-user-config", "-nodefaults", "-S"]
    private static let ignoredWithValue: Set<String> = [
        "-serial", "-monitor", "-display", "-vga", "-name", "-parallel",
    ]

    static func refused(_ argument: String, _ why: String) -> Failure {
        Failure(
            .job, "emulator argument `\(argument.prefix(120))` \(why)",
            advice: "docs/virtual-boards.md lists the arguments that are taken")
    }
}
