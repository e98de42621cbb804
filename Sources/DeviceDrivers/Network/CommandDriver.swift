import LabModel

/// Any program that switches: one command line for on, one for off, perhaps one that tells the state by its exit code.
/// Nothing goes through a shell.
struct CommandDriver: SwitchDriver {
    static let channels = 0...9999
    private let device: String
    private let link: any CommandLink
    private let on: [String]
    private let off: [String]
    private let state: [String]?
    private let codes: (on: Int, off: Int)
    private let timeout: Duration

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        device = options.device
        link = links.command()
        on = options.words("on") ?? []
        off = options.words("off") ?? []
        state = options.words("state")
        codes = (options.integer("exit_on") ?? 0, options.integer("exit_off") ?? 1)
        timeout = options.timeout(.seconds(10))
        guard codes.on != codes.off else {
            throw Failure(.configuration, "'exit_on' and 'exit_off' are the same code \(codes.on)", at: device)
        }
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        let result = try run(isOn ? on : off, channel)
        guard result.status == 0 else {
            let said = result.errors.isEmpty ? result.output : result.errors
            throw Failure(
                .infrastructure,
                "`\((isOn ? on : off)[0])` failed with code \(result.status) and said \(DeviceAnswer.excerpt(said))",
                at: device)
        }
    }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        try DeviceAnswer.check(channel, in: Self.channels, of: device)
        guard let state else { return nil }
        switch Int(try run(state, channel).status) {
        case codes.on: return true
        case codes.off: return false
        // What else it may mean is not known to us.
        default: return nil
        }
    }

    private func run(
        _ words: [String], _ channel: Int
    ) throws(Failure) -> (status: Int32, output: [UInt8], errors: [UInt8]) {
        try DeviceAnswer.check(channel, in: Self.channels, of: device)
        let words = words.map { $0.replacing("{channel}", with: "\(channel)") }
        do {
            return try link.run(words[0], Array(words.dropFirst()), environment: ["LC_ALL": "C"], timeout: timeout)
        } catch {
            throw error.placed(at: device)
        }
    }
}

extension DriverKind {
    static let command = DriverKind(
        DriverFacts(
            name: "command", title: "any program", link: .command, channels: CommandDriver.channels, readBack: .some,
            ownerDeath: .unknown, afterPowerLoss: "unknown",
            options: [
                DriverOption("on", .words, isRequired: true, "program and arguments; {channel} is the channel"),
                DriverOption("off", .words, isRequired: true, "program and arguments; {channel} is the channel"),
                DriverOption("state", .words, "program and arguments; its exit code tells the state"),
                DriverOption("exit_on", .integer(0...255), standard: "0", "the exit code of 'state' that means on"),
                DriverOption("exit_off", .integer(0...255), standard: "1", "the exit code of 'state' that means off"),
                NetworkOptions.timeout("10s"),
            ],
            proofs: [.tool("sh")],
            example: """
                devices:
                  - name: plug
                    driver: command
                    on: [plugctl, "{channel}", "on"]
                    off: [plugctl, "{channel}", "off"]
                    state: [plugctl, "{channel}", "is-on"]
                """)
    ) { options, links throws(Failure) in try CommandDriver(options, links) }
}
