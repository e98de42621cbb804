import LabModel

/// One dictionary as one of our boards.
struct LavaBoard {
    let name: String
    let values: LavaValues
    let types: LavaTypeWriter

    func make(_ plan: PowerPlan) -> (board: BoardFile, findings: [ImportReport.Finding]) {
        var board = BoardFile(name: name, type: values.parent)
        var findings: [ImportReport.Finding] = []
        let declared = type(&board, &findings)
        if Self.emulated.contains(board.type) {
            board.driver = "qemu"
        } else {
            board.power = plan.power
            board.lines = plan.lines
            findings += plan.findings
            console(&board, &findings)
        }
        variables(&board, declared, &findings)
        return (board, findings)
    }

    /// Types whose boards labd starts itself.
    private static let emulated: Set = ["qemu", "qemu-aarch64", "kvm"]

    private func type(_ board: inout BoardFile, _ findings: inout [ImportReport.Finding]) -> KnownTypes.Declared? {
        if let own = types.written[values.parent] {
            if own.isRendered {
                findings.append(
                    ImportReport.Finding(
                        .approximated, "type",
                        "`\(values.parent)` was rendered once without this board: variables of the board do not change it"
                    ))
            }
            return own.declared
        }
        if types.own[values.parent] != nil {
            findings.append(
                ImportReport.Finding(
                    .left, "type", "the lab's own device type `\(values.parent)` could not be taken over",
                    advice: "what stands in the way is said at the type"))
            return nil
        }
        guard let name = types.types.name(forTemplate: values.parent) else {
            findings.append(
                ImportReport.Finding(
                    .left, "type", "labd has no device type `\(values.parent)`",
                    advice: types.types.advice(for: values.parent)))
            return nil
        }
        board.type = name
        return types.types.declared(by: name)
    }

    private func console(_ board: inout BoardFile, _ findings: inout [ImportReport.Finding]) {
        guard let command = connection(&findings) else { return }
        guard let words = CommandWords.split(command), !words.isEmpty else {
            findings.append(ImportReport.Finding(.left, "connection_command", "'\(command)' is no command"))
            return
        }
        switch ConsoleCommand(words) {
        case .terminal(let path, let baud):
            board.console = path
            findings.append(
                ImportReport.Finding(
                    .approximated, "connection_command",
                    "labd opens \(path) itself, at the speed that it finds there",
                    advice: "let a udev rule or a unit set it: `stty -F \(path) \(baud ?? 115_200) raw -echo`"))
        case .network(let host, let port):
            findings.append(
                ImportReport.Finding(
                    .left, "connection_command",
                    "'\(command)' is a console over the network, and labd opens terminals of its own host only",
                    advice:
                        "bridge it with `socat PTY,link=/run/lab/\(name),raw,echo=0 TCP:\(host):\(port)` as a service and say `console: {device: /run/lab/\(name)}`, or plug the adapter into labd's host"
                ))
        case .other:
            findings.append(
                ImportReport.Finding(
                    .left, "connection_command", "'\(command)' is a program; labd opens a terminal of its own host",
                    advice: "say which under `options: console: {device: /dev/…}`"))
        }
    }

    /// The command of the board's first console.
    private func connection(_ findings: inout [ImportReport.Finding]) -> String? {
        let all = values.all
        if let command = all["connection_command"], command.isTrueInPython { return command.string }
        guard let commands = all["connection_commands"]?.map, !commands.isEmpty else { return nil }
        let names = (all["connection_list"]?.list?.compactMap(\.string) ?? commands.keys.sorted())
            .filter { commands[$0] != nil }
        let tags = all["connection_tags"]?.map ?? [:]
        let first = names.first { tags[$0]?.list?.contains("primary") == true } ?? names.first
        for name in names where name != first {
            findings.append(
                ImportReport.Finding(
                    .left, "connection_commands: \(name)",
                    "'\(commands[name]?.string ?? "")' is a second console; a board has one"))
        }
        return first.flatMap { commands[$0]?.string }
    }

    private static let elsewhere = PowerPlan.names.union([
        "connection_command", "connection_list", "connection_commands", "connection_tags", "must_use_connection",
        // Of LAVA's first version, without meaning since.
        "exclusive",
    ])

    private func variables(
        _ board: inout BoardFile, _ declared: KnownTypes.Declared?, _ findings: inout [ImportReport.Finding]
    ) {
        for (name, value) in values.own.sorted(by: { $0.key < $1.key })
        where !Self.elsewhere.contains(name) && !name.hasPrefix("_") {
            if value == .null {
                findings.append(
                    ImportReport.Finding(
                        .left, name, "is none, which takes the type's value away; a board of labd gives another one",
                        advice: "write 0, \"\" or [], whatever means nothing to the type"))
                continue
            }
            guard let declared else {
                if LavaTypeWriter.isVariable(name) { board.variables.append((name, value)) }
                continue
            }
            if declared.variables.contains(name) {
                board.variables.append((name, value))
            } else if declared.constants.contains(name) {
                findings.append(
                    ImportReport.Finding(
                        .exact, name, "has no effect, since the type itself sets it; the same is so in LAVA"))
            } else if !values.used.contains(name) {
                findings.append(
                    ImportReport.Finding(
                        .left, name, "'\(PowerPlan.shown(value))': the type `\(board.type)` has no such variable"))
            }
        }
        made(&board, declared, &findings)
    }

    /// What the lab's own types make of this board's values, and would not make of others'.
    private func made(
        _ board: inout BoardFile, _ declared: KnownTypes.Declared?, _ findings: inout [ImportReport.Finding]
    ) {
        guard let declared, let own = types.written[values.parent], let plain = own.values else { return }
        for (name, value) in values.all.sorted(by: { $0.key < $1.key })
        where values.own[name] == nil && plain[name] != value && !own.dynamic.contains(name)
            && !Self.elsewhere.contains(name)
        {
            if declared.variables.contains(name) {
                board.variables.append((name, value))
            } else if declared.constants.contains(name) {
                findings.append(
                    ImportReport.Finding(
                        .left, name,
                        "'\(PowerPlan.shown(value))' is what the type makes of this board; it is a constant here",
                        advice: "move `\(name)` from `const` to `vars` in device-types/\(values.parent).yaml"))
            }
        }
        board.variables.sort { $0.name < $1.name }
    }
}
