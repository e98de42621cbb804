import LabModel

/// What LAVA's commands of a board say about its power and its buttons.
struct PowerPlan {
    var power: SwitchedChannel?
    /// Commands for on and off that no driver replaces; grouped with those of other boards later.
    var commands: (on: [String], off: [String])?
    var lines: [(name: String, channel: SwitchedChannel)] = []
    var findings: [ImportReport.Finding] = []

    private let board: String
    private let values: [String: DataValue]

    /// - Parameter values: what dictionary and types of a board set.
    init(board: String, values: [String: DataValue]) {
        self.board = board
        self.values = values
        let on = commands("power_on_command")
        let off = commands("power_off_command")
        let reset = commands("hard_reset_command")
        readPower(on: on, off: off, reset: reset)
        readReset(reset, on: on, off: off)
        readPairs()
        for (name, reason) in Self.unplaced where values[name]?.isTrueInPython == true {
            add(.left, name, "'\(Self.shown(values[name]))' \(reason)")
        }
    }

    /// Names that this reads.
    static let names: Set<String> = [
        "power_on_command", "power_off_command", "hard_reset_command", "soft_reboot_command", "soft_reset_command",
        "pre_power_command", "pre_os_command", "recovery_mode_command", "recovery_exit_command", "user_commands",
    ]

    private static let unplaced = [
        ("soft_reboot_command", "has no place yet: a restart by the system's own command"),
        ("soft_reset_command", "has no place yet: a restart by the system's own command"),
        ("pre_power_command", "has no place yet: a command on the lab's host before power"),
        ("pre_os_command", "has no place yet: a command on the lab's host before the system"),
    ]

    private mutating func add(
        _ quality: ImportReport.Quality, _ subject: String, _ message: String, advice: String? = nil
    ) {
        findings.append(ImportReport.Finding(quality, subject, message, advice: advice))
    }

    static func shown(_ value: DataValue?) -> String {
        switch value {
        case .string(let text): text
        case .list(let elements): elements.map { shown($0) }.joined(separator: "; ")
        case .map(let members): members.sorted { $0.key < $1.key }.map { "\($0): \(shown($1))" }.joined(separator: "; ")
        case nil, .null: ""
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        }
    }

    /// The words of each command under `name`; empty when there is none.
    private mutating func commands(_ name: String) -> [[String]] {
        guard let value = values[name], value.isTrueInPython else { return [] }
        guard let words = Self.words(value) else {
            add(.left, name, "'\(Self.shown(value))' is no command: a quote in it does not end, or it is no text")
            return []
        }
        return words
    }

    private static func words(_ value: DataValue) -> [[String]]? {
        let texts = value.list?.map(\.string) ?? [value.string]
        guard texts.count <= 100 else { return nil }
        var all: [[String]] = []
        for text in texts {
            guard let text, !text.utf8.contains(0), let words = CommandWords.split(text) else { return nil }
            if !words.isEmpty { all.append(words) }
        }
        return all
    }

    /// One list of words that does what `commands` do one behind the other, ending at the first that fails.
    private static func oneCommand(_ commands: [[String]]) -> [String] {
        guard commands.count > 1 else { return commands.first ?? [] }
        return ["sh", "-ec", commands.map { CommandWords.quoted($0) }.joined(separator: "; ")]
    }

    private mutating func readPower(on: [[String]], off: [[String]], reset: [[String]]) {
        let known = [on, off, reset].map { $0.count == 1 ? PowerCommand($0[0]) : nil }
        // A switch that all commands name, of which the reset alone may be missing or another thing.
        let switches = [(known[0], PowerCommand.Action.on), (known[1], .off)]
        let named = switches.compactMap { command, action in command?.action == action ? command : nil }
        let reboot = known[2]?.action == .reboot ? known[2] : nil
        let given = [on, off].count { !$0.isEmpty }
        if let first = named.first ?? reboot, named.count == given,
            named.allSatisfy({ $0.target == first.target })
        {
            power = first.target
            let device = first.target.device.driver
            if given == 0 {
                add(
                    .approximated, "hard_reset_command",
                    "labd switches the same socket off and on by itself, through its \(device) driver")
            }
            if let remark = first.remark { add(.approximated, "power_on_command", remark) }
            return
        }
        guard !on.isEmpty, !off.isEmpty else {
            if on.isEmpty, off.isEmpty, reset.isEmpty {
                add(
                    .left, "power", "nothing in the dictionary switches this board's power",
                    advice: "say what does under `options: power` before labd can take the board")
            } else {
                let names = [(on, "power_on_command"), (off, "power_off_command")].filter(\.0.isEmpty).map(\.1)
                add(
                    .left, "power", "\(names.joined(separator: " and ")) missing: labd needs to hold a board off",
                    advice: "say what switches its power under `options: power`")
            }
            return
        }
        commands = (Self.oneCommand(on), Self.oneCommand(off))
    }

    private mutating func readReset(_ reset: [[String]], on: [[String]], off: [[String]]) {
        guard !reset.isEmpty, power != nil || commands != nil else {
            if !reset.isEmpty {
                add(
                    .left, "hard_reset_command",
                    "'\(Self.shown(values["hard_reset_command"]))' alone cannot switch power")
            }
            return
        }
        // Off and on again is what labd does; what waits between them does so for the board's sake.
        let waits = reset.filter { CommandWords.program($0) == "sleep" }
        if reset.filter({ CommandWords.program($0) != "sleep" }) == off + on {
            noteDelay(waits.compactMap { $0.dropFirst().first }.first)
            return
        }
        if reset.count == 1, let known = PowerCommand(reset[0]), known.action == .reboot, known.target == power {
            noteDelay(known.delay.map { "\($0)" })
            return
        }
        lines.append(("reset", Self.line(board, "reset", press: Self.oneCommand(reset), release: ["true"])))
        add(
            .approximated, "hard_reset_command",
            "jobs restart the board by its power; this command is a button: `lablctl board press \(board) reset`")
    }

    private mutating func noteDelay(_ seconds: String?) {
        guard let seconds, seconds != "0" else { return }
        add(
            .approximated, "hard_reset_command",
            "labd does the same; the \(seconds) s between off and on are the type's `power: minimum_off_time`")
    }

    /// Commands that do something and undo it: lines that are pressed by hand.
    private mutating func readPairs() {
        let enter = commands("recovery_mode_command")
        let leave = commands("recovery_exit_command")
        if !enter.isEmpty || !leave.isEmpty {
            let press = enter.isEmpty ? ["true"] : Self.oneCommand(enter)
            let release = leave.isEmpty ? ["true"] : Self.oneCommand(leave)
            lines.append(("recovery", Self.line(board, "recovery", press: press, release: release)))
            add(
                .approximated, "recovery_mode_command",
                "a line that is pressed by hand: `lablctl board press \(board) recovery --hold`; jobs do not press it yet"
            )
        }
        guard let user = values["user_commands"], user.isTrueInPython else { return }
        guard let map = user.map else { return add(.left, "user_commands", "is no mapping of names to commands") }
        for (name, command) in map.sorted(by: { $0.key < $1.key }) {
            let subject = "user_commands: \(name)"
            guard let perform = command["do"].flatMap({ Self.words($0) }), !perform.isEmpty,
                BoardFile.isName(name), !["reset", "recovery"].contains(name)
            else {
                add(.left, subject, "'\(Self.shown(command))' is no command that can be a line")
                continue
            }
            let undo = command["undo"].flatMap { Self.words($0) } ?? []
            let release = undo.isEmpty ? ["true"] : Self.oneCommand(undo)
            lines.append((name, Self.line(board, name, press: Self.oneCommand(perform), release: release)))
            add(
                .approximated, subject,
                "a line that is pressed by hand: `lablctl board press \(board) \(name) --hold`; jobs do not run it yet")
        }
    }

    private static func line(
        _ board: String, _ name: String, press: [String], release: [String]
    ) -> SwitchedChannel {
        SwitchedChannel(device: command("\(board)-\(name)", on: press, off: release), channel: 0)
    }

    /// LAVA waits 30 s for a command, our driver 10 s unless it is told otherwise.
    static func command(_ name: String, on: [String], off: [String]) -> SwitchSpec {
        SwitchSpec(
            "command", named: name,
            [
                ("on", .list(on.map { .string($0) })), ("off", .list(off.map { .string($0) })),
                ("timeout", .string("30s")),
            ], isPrivate: true)
    }
}

/// Command lines of several boards that differ in one number only: one device with a channel for each.
struct CommandGroups {
    private struct Pattern: Hashable {
        var on: [String]
        var off: [String]
    }

    private var counts: [Pattern: Int] = [:]

    /// Counts the boards whose commands fit each pattern.
    init(_ commands: [(on: [String], off: [String])]) {
        for command in commands {
            for candidate in Self.candidates(command) { counts[candidate.pattern, default: 0] += 1 }
        }
    }

    /// The switch of one board's commands.
    func channel(of command: (on: [String], off: [String]), board: String) -> SwitchedChannel {
        let candidates = Self.candidates(command).filter { counts[$0.pattern, default: 0] > 1 }
        // The one most boards share; of several the last number of the line, which is mostly the port.
        var best: (pattern: Pattern, channel: Int)?
        for candidate in candidates {
            let isBetter = best.map { counts[candidate.pattern, default: 0] >= counts[$0.pattern, default: 0] } ?? true
            if isBetter { best = candidate }
        }
        guard let best else {
            return SwitchedChannel(
                device: PowerPlan.command("\(board)-power", on: command.on, off: command.off), channel: 0)
        }
        let program = CommandWords.program(best.pattern.on)
        let name = program.split(separator: ".").first.map(String.init) ?? program
        return SwitchedChannel(
            device: PowerPlan.command(name, on: best.pattern.on, off: best.pattern.off), channel: best.channel)
    }

    /// Each whole number that stands once in both lines, as the channel.
    private static func candidates(
        _ command: (on: [String], off: [String])
    ) -> [(pattern: Pattern, channel: Int)] {
        guard !(command.on + command.off).contains(where: { $0.contains("{channel}") }) else { return [] }
        return command.on.dropFirst().compactMap { word in
            guard let number = PowerCommand.channel(word), word == "\(number)",
                command.on.count(where: { $0 == word }) == 1, command.off.count(where: { $0 == word }) == 1,
                command.off.first != word
            else { return nil }
            func pattern(_ words: [String]) -> [String] { words.map { $0 == word ? "{channel}" : $0 } }
            return (Pattern(on: pattern(command.on), off: pattern(command.off)), number)
        }
    }
}
