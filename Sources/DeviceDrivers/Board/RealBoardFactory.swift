public import LabModel

/// Makes real boards from their definitions and the lab's devices.
public struct RealBoardFactory: Sendable {
    /// As `driver:` of a board's entry names it.
    public static let driver = "lab"

    private let devices: DeviceBook
    private let consoles: any ConsoleOpening
    private let runtimeFolder: String
    private let tree: SysfsUSB
    private let stagger: PowerOnStagger
    private let clock: any LabClock

    /// - Parameter runtimeFolder: for the socket of a board that has no terminal.
    public init(
        devices: DeviceBook, consoles: any ConsoleOpening, runtimeFolder: String, tree: SysfsUSB = SysfsUSB(),
        stagger: PowerOnStagger, clock: any LabClock
    ) {
        self.devices = devices
        self.consoles = consoles
        self.runtimeFolder = runtimeFolder
        self.tree = tree
        self.stagger = stagger
        self.clock = clock
    }

    /// Opens the board's console. Its power is neither asked nor switched.
    ///
    /// - Throws: `configuration` when the definition is wrong, `infrastructure` when the console cannot be opened.
    public func make(_ definition: BoardDefinition) async throws(Failure) -> any ClosableBoard {
        let options = try RealBoardOptions(definition.options, board: definition.name)
        var rails: [PowerRail] = []
        for rail in options.rails {
            rails.append(
                PowerRail(
                    device: try device(rail, definition.name), channel: rail.channel, isInverted: rail.isInverted,
                    settle: rail.time ?? .zero))
        }
        var lines: [String: any DigitalLine] = [:]
        for (name, line) in options.lines {
            lines[name] = SwitchedLine(
                device: try device(line, definition.name), channel: line.channel, isInverted: line.isInverted,
                press: line.time ?? .milliseconds(200), clock: clock)
        }
        let console = try await open(options, definition.name)
        let power = SwitchedPower(
            board: definition.name, rails: rails, plan: options.plan,
            console: options.console == nil ? nil : console.console, tree: tree, stagger: stagger, clock: clock)
        return RealBoard(definition: definition, power: power, lines: lines, console: console)
    }

    /// Looks for mistakes in a definition without opening anything.
    ///
    /// - Parameter devices: those that the board may use.
    /// - Throws: `configuration`, the wrong option in quotes.
    public static func check(_ definition: BoardDefinition, devices: [DeviceDefinition]) throws(Failure) {
        let options = try RealBoardOptions(definition.options, board: definition.name)
        let facts = Dictionary(
            devices.compactMap { device in
                DriverRegistry.kind(named: device.driver).map { (device.name, $0.facts) }
            }, uniquingKeysWith: { first, _ in first })
        for channel in options.rails + options.lines.sorted(by: { $0.key < $1.key }).map(\.value) {
            try check(channel, facts[channel.device], names: devices.map(\.name), definition.name)
        }
    }

    private static func check(
        _ channel: RealBoardOptions.Channel, _ facts: DriverFacts?, names: [String], _ board: BoardName
    ) throws(Failure) {
        guard let facts else {
            throw Failure(
                .configuration, "there is no device '\(channel.device)'", at: board.rawValue,
                advice: names.isEmpty
                    ? "`devices` of the configuration is empty"
                    : "`devices` of the configuration has \(names.joined(separator: ", "))")
        }
        guard facts.channels.contains(channel.channel) else {
            let range = facts.channels
            throw Failure(
                .configuration,
                "the device '\(channel.device)' has no channel '\(channel.channel)'", at: board.rawValue,
                advice: "its channels count from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private func device(_ channel: RealBoardOptions.Channel, _ board: BoardName) throws(Failure) -> SwitchDevice {
        let device = devices.device(channel.device)
        try Self.check(channel, device?.facts, names: devices.definitions.map(\.name), board)
        guard let device else { throw Failure(.bug, "a device is missing", at: board.rawValue) }
        return device
    }

    private func open(_ options: RealBoardOptions, _ board: BoardName) async throws(Failure) -> OpenedConsole {
        if let terminal = options.console {
            return try await consoles.openTerminal(board: board, name: "uart0", path: terminal)
        }
        // Nobody speaks there until somebody connects a console of their own.
        return try await consoles.openListening(
            board: board, name: "uart0", path: "\(runtimeFolder)/\(board.rawValue)-uart0")
    }
}
