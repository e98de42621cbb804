import LabModel

/// Lines of a gpiochip as channels, from 0 in the order of the entry.
struct GPIODriver: SwitchDriver {
    private let link: any GPIOLink
    private let count: Int
    private let device: String

    init(_ link: any GPIOLink, count: Int, device: String) {
        self.link = link
        self.count = count
        self.device = device
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        try check(channel)
        try link.set([channel: isOn])
    }

    mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool {
        for channel in channels.keys { try check(channel) }
        try link.set(channels)
        return true
    }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try check(channel)
        return try link.get()[channel]
    }

    mutating func pulse(_ channel: Int, _ isOn: Bool, for duration: Duration) throws(Failure) -> Bool {
        try check(channel)
        try link.pulse(channel, isOn, for: duration)
        return true
    }

    mutating func incident() throws(Failure) -> String? { try link.incident() }

    mutating func close() { link.close() }

    private func check(_ channel: Int) throws(Failure) {
        guard (0..<count).contains(channel) else {
            throw Failure(.configuration, "there is no line \(channel): the entry has \(count)", at: device)
        }
    }
}

extension DriverKind {
    static let gpio = DriverKind(
        DriverFacts(
            name: "gpio", title: "lines of a gpiochip, held by the keeper", link: .gpio, channels: 0...63,
            readBack: .hardware, ownerDeath: .keeps, afterPowerLoss: "whatever the chip's driver does with free lines",
            timesPulses: true,
            options: [
                DriverOption("chip", .text, "the chip's label, name or path; not needed with names of lines"),
                DriverOption("lines", .texts, isRequired: true, "names or offsets; channel 0 is the first"),
                DriverOption("active_low", .bool, standard: "false", "whether a low level switches on"),
                DriverOption(
                    "drive", .choice(GPIOBinding.Drive.allCases.map(\.rawValue)), standard: "push-pull",
                    "how the lines are driven"),
                DriverOption(
                    "bias", .choice(GPIOBinding.Bias.allCases.map(\.rawValue)), standard: "as the chip has it",
                    "pull resistors of the chip"),
            ],
            proofs: [.tool("gpioset"), .bench],
            example: """
                devices:
                  - {name: relays, driver: gpio, lines: [RELAY_1, RELAY_2], active_low: true}
                boards:
                  - name: bbb-1
                    type: beaglebone-black
                    driver: lab
                    options:
                      power: {device: relays, channel: 0}
                """)
    ) { options, links throws(Failure) in
        let lines = options.texts("lines") ?? []
        guard (1...64).contains(lines.count), Set(lines).count == lines.count else {
            throw Failure(.configuration, "'lines' needs 1 to 64 different lines", at: options.device)
        }
        let isActiveLow = options.bool("active_low") ?? false
        let binding = GPIOBinding(
            chip: options.text("chip"), lines: lines.map { GPIOBinding.Line($0, isActiveLow: isActiveLow) },
            device: options.device,
            drive: options.text("drive").flatMap { GPIOBinding.Drive(rawValue: $0) } ?? .pushPull,
            bias: options.text("bias").flatMap { GPIOBinding.Bias(rawValue: $0) })
        return GPIODriver(try links.gpio(binding), count: lines.count, device: options.device)
    }
}
