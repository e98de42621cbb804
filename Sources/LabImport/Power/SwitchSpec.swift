import LabModel

/// A device of the lab before it has a name: a driver with its options.
struct SwitchSpec: Hashable {
    var driver: String
    /// In the order in which they are written.
    var options: [Option]
    /// What it is called when nothing else is.
    var suggestedName: String
    var isPrivate = false

    struct Option: Hashable {
        var name: String
        var value: DataValue
    }

    init(_ driver: String, named name: String, _ options: [(String, DataValue?)], isPrivate: Bool = false) {
        self.driver = driver
        suggestedName = name
        self.options = options.compactMap { name, value in value.map { Option(name: name, value: $0) } }
        self.isPrivate = isPrivate
    }

    static func == (left: SwitchSpec, right: SwitchSpec) -> Bool {
        left.driver == right.driver && left.options == right.options
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(driver)
        hasher.combine(options)
    }
}

/// One switch of a device.
struct SwitchedChannel: Hashable {
    var device: SwitchSpec
    var channel: Int
    var isInverted = false
}

/// The lab's devices with their names, each once.
struct DeviceTable {
    private(set) var devices: [(name: String, spec: SwitchSpec)] = []
    private var names: [SwitchSpec: String] = [:]
    private var taken: Set<String> = []

    /// The name of `spec`, which is given one when it is new.
    mutating func name(of spec: SwitchSpec) -> String {
        if let known = names[spec] { return known }
        let plain = Self.fit(spec.suggestedName)
        var name = plain
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(plain)-\(number)"
            number += 1
        }
        names[spec] = name
        devices.append((name, spec))
        return name
    }

    /// Names of devices have letters, digits, `.`, `_` and `-`, at most 64.
    static func fit(_ name: String) -> String {
        let kept = name.unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": Character(scalar)
            default: "-"
            }
        }
        let trimmed = String(kept).drop { $0 == "." || $0 == "-" }.prefix(56)
        return trimmed.isEmpty ? "device" : String(trimmed)
    }

    /// Whether any of them has a password.
    var isPrivate: Bool { devices.contains(where: \.spec.isPrivate) }
}
