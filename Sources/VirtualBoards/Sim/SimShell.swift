import LabModel

/// A small shell: lists with `;`, `&&` and `||`, quotes, `$NAME` and `$?`, and a handful of commands. No I/O.
struct SimShell {
    /// What running a line does, in order.
    enum Step: Hashable {
        case print(String)
        case wait(Duration)
        case effect(SimEffect)
        /// Something else is on the disk from now on.
        case leave(String)
        /// `exit`: the session ends.
        case end
    }

    private let replies: [SimScript.Reply]
    private var files: [String: String]
    private var variables: [String: String] = [:]
    private(set) var status = 0
    /// What is on the disk, for answers that depend on it.
    var disk = SimScript.factoryDisk

    init(replies: [SimScript.Reply], files: [String: String]) {
        self.replies = replies
        self.files = files
    }

    mutating func run(_ line: String) -> [Step] {
        let line = line.trimmingBlanks()
        if line.isEmpty || line.hasPrefix("#") { return [] }
        // A scripted reply to the whole line comes first: it may stand for something this shell cannot do.
        if let steps = reply(to: line) { return steps }
        guard let commands = SimCommandList(line) else {
            status = 2
            return [.print("sh: syntax error: \(line)\n")]
        }
        var steps: [Step] = []
        for command in commands.commands.prefix(256) {
            switch command.condition {
            case .always: break
            case .ifSucceeded: if status != 0 { continue }
            case .ifFailed: if status == 0 { continue }
            }
            let words = command.words.map(expand)
            steps += reply(to: words.joined(separator: " ")) ?? builtin(words)
            if steps.contains(where: { if case .effect = $0 { true } else { $0 == .end } }) { break }
        }
        return steps
    }

    private mutating func reply(to command: String) -> [Step]? {
        let found = replies.first { reply in
            reply.command.matches(command) && reply.disks.map { $0.contains(disk) } ?? true
        }
        guard let reply = found else { return nil }
        status = reply.status
        var steps: [Step] = []
        if reply.after > .zero { steps.append(.wait(reply.after)) }
        for step in reply.steps {
            if step.after > .zero { steps.append(.wait(step.after)) }
            if let output = step.output { steps.append(.print(output.hasSuffix("\n") ? output : output + "\n")) }
            if let disk = step.leaves { steps.append(.leave(disk)) }
        }
        if !reply.output.isEmpty {
            steps.append(.print(reply.output.hasSuffix("\n") ? reply.output : reply.output + "\n"))
        }
        if let effect = reply.effect { steps.append(.effect(effect)) }
        return steps
    }

    private mutating func builtin(_ words: [String]) -> [Step] {
        guard let name = words.first else { return [] }
        let arguments = words.dropFirst()
        status = 0
        switch name {
        case ":", "true": return []
        case "false": status = 1
        case "echo":
            if arguments.first == "-n" { return [.print(arguments.dropFirst().joined(separator: " "))] }
            return [.print(arguments.joined(separator: " ") + "\n")]
        case "printf": return [.print(Self.printf(Array(arguments)))]
        case "cat": return arguments.map { .print(file($0)) }
        case "sleep":
            if let seconds = arguments.first.flatMap({ Double($0) }), (0...86_400).contains(seconds) {
                return [.wait(.milliseconds(Int64(seconds * 1000)))]
            }
            status = 1
            return [.print("sleep: invalid number\n")]
        case "export", "set":
            for assignment in arguments { assign(assignment) }
        case "uname": return [.print("Linux\n")]
        case "reboot": return [.effect(.reboot)]
        case "poweroff", "halt": return [.effect(.off)]
        case "exit":
            status = arguments.first.flatMap { Int($0) } ?? 0
            return [.end]
        default:
            if assign(name) { return [] }
            status = 127
            return [.print("sh: \(name): not found\n")]
        }
        return []
    }

    private mutating func file(_ path: String) -> String {
        if let text = files[path] { return text }
        status = 1
        return "cat: can't open '\(path)': No such file or directory\n"
    }

    @discardableResult
    private mutating func assign(_ text: String) -> Bool {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex, variables.count < 1024 else {
            return false
        }
        let name = text[..<equals]
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else { return false }
        variables[String(name)] = String(text[text.index(after: equals)...])
        return true
    }

    private func expand(_ word: SimCommandList.Word) -> String {
        word.parts.map { part in
            switch part {
            case .text(let text): text
            case .variable("?"): String(status)
            case .variable(let name): variables[name] ?? ""
            }
        }.joined()
    }

    /// `%s` and `%d`, `\n`, `\t` and `\\`.
    private static func printf(_ words: [String]) -> String {
        var arguments = words.dropFirst()
        var result = ""
        var format = (words.first ?? "")[...]
        while let character = format.popFirst() {
            switch (character, format.first) {
            case ("\\", let next?):
                format.removeFirst()
                result += ["n": "\n", "t": "\t", "r": "\r", "\\": "\\"][next] ?? "\\\(next)"
            case ("%", "%"?):
                format.removeFirst()
                result += "%"
            case ("%", "s"?), ("%", "d"?):
                format.removeFirst()
                result += arguments.popFirst() ?? ""
            default: result.append(character)
            }
        }
        return result
    }
}

extension String {
    /// Without blanks at both ends.
    func trimmingBlanks() -> String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
