import ArgumentParser
import Foundation
import Glibc
import LabModel
import LabWire

/// `lablctl board new NAME`.
struct NewBoardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Add a board: a few questions, its file, and a check against the board itself.",
        discussion: """
            Asks for the board's type, its console, its power and its tags; what is given as an option is not asked. Then \
            it writes the board's file into labd's folder of boards, has labd read it, and checks the board as \
            `lablctl board check` does. Without a terminal it asks nothing.

            Exit status: 0 when the board is there and nothing failed, 1 when a check failed, 78 when the file is wrong.
            """)

    @Argument(help: "The board's name: letters, digits, `.`, `_`, `-`.")
    var name: String

    @Option(help: ArgumentHelp("Its device type, or words that only one type has.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("Its console, a terminal of the lab's host; `none` for none.", valueName: "path"))
    var console: String?

    @Option(
        help: ArgumentHelp(
            "What switches it: a device of labd's configuration and its channel, such as relays:3; `none` for none.",
            valueName: "device:channel"))
    var power: String?

    @Option(name: .customLong("tag"), parsing: .singleValue, help: "A tag that jobs may ask for. Can be given again.")
    var tags: [String] = []

    @Option(help: "A line for people.")
    var description: String?

    @Option(help: ArgumentHelp("Where board files are. Default: what labd says.", valueName: "folder"))
    var folder: String?

    @Flag(help: "Ask nothing.")
    var yes = false

    @Flag(help: "Print the file, and write nothing.")
    var dryRun = false

    @Flag(inversion: .prefixedNo, help: "Check the board against its file.")
    var check = true

    @OptionGroup var server: ServerOptions

    func validate() throws {
        let isName =
            !name.isEmpty && name.utf8.count <= 64 && !name.hasPrefix(".")
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        if !isName { throw ValidationError("'\(name)' is not a board's name: 1 to 64 letters, digits, `.`, `_`, `-`") }
        if let power, power != "none", NewBoardFile.Power(power) == nil {
            throw ValidationError("--power needs DEVICE:CHANNEL, such as relays:3")
        }
        if let console, console != "none", !console.hasPrefix("/") {
            throw ValidationError("--console needs a path, such as /dev/serial/by-path/…")
        }
    }

    func run() async throws {
        let isSound = try await server.withClient(patience: CheckBoardCommand.patience) { client in
            try await add(client)
        }
        if !isSound { throw ExitCode(1) }
    }

    private func add(_ client: LabClient) async throws -> Bool {
        let root = LabClient.root
        let list = try client.decode(BoardList.self, from: try await client.get("\(root)/boards"))
        if let other = list.boards.first(where: { $0.name == name }) {
            throw CommandError(
                .usage,
                Failure(
                    .configuration, "there is a board \(name) already", at: other.file,
                    advice: "change its file; docs/add-a-board.md"))
        }
        let types = try client.decode(DeviceTypeList.self, from: try await client.get("\(root)/device-types"))
        let found = try? client.decode(DiscoveryInfo.self, from: try await client.get("\(root)/discovery"))
        let questions = NewBoardQuestions(types: types.deviceTypes, discovered: found?.devices ?? [])
        let file = try ask(questions)
        let stdout = Output.standard()
        guard let place = folder ?? list.folder else {
            stdout.write(Array(file.text.utf8))
            throw CommandError(
                .configuration,
                Failure(
                    .configuration, "labd has no folder of board files",
                    advice: "start it with --boards FOLDER, or give its configuration `boards_folder:`"))
        }
        let path = "\(place)/\(name).yaml"
        if dryRun {
            stdout.line(stdout.style.paint("# \(path)", .dim))
            stdout.write(Array(file.text.utf8))
            return true
        }
        try Self.write(file.text, to: path)
        stdout.line("wrote \(SafeText.line(path))")
        _ = try await client.post("\(root)/boards/reload", body: [], contentType: "application/json")
        return try await look(path, client, stdout)
    }

    /// What labd makes of the new file, and whether the board is as it says.
    private func look(_ path: String, _ client: LabClient, _ stdout: Output) async throws -> Bool {
        let board: BoardInfo
        do {
            let body = try await client.get("\(LabClient.root)/boards/\(Endpoint.percentEncoded(name))")
            board = try client.decode(BoardInfo.self, from: body)
        } catch let error as CommandError where error.status == .notFound {
            throw CommandError(
                .configuration,
                Failure(
                    .configuration, "labd does not see the board: it looks for files elsewhere", at: path,
                    advice: "lablctl boards says where; --folder names another folder"))
        }
        let faults = board.diagnostics ?? []
        guard !faults.contains(where: { $0.severity == "error" }) else {
            stdout.lines(BoardView(style: stdout.style).details(board))
            throw CommandError(
                .configuration,
                Failure(.configuration, "the board's file is wrong; it takes no jobs until it is mended", at: path))
        }
        guard check else { return true }
        stdout.line("checking the board: power, console, boot loader, memory; this takes up to some minutes")
        return try await CheckBoardCommand.check(name, client, json: false)
    }

    /// Whole or not at all, and never over another file.
    private static func write(_ text: String, to path: String) throws(CommandError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let advice =
                errno == EEXIST
                ? "change it, or remove it first"
                : "run this where labd runs, as a user who may write there, or print the file with --dry-run"
            throw CommandError(
                .internalError,
                Failure(
                    .configuration, "cannot write '\(path)': \(String(cString: strerror(errno)))", advice: advice))
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(path)
            throw CommandError(.internalError, Failure(.configuration, "cannot write '\(path)': \(reason)"))
        }
    }
}

extension NewBoardCommand {
    private var isInteractive: Bool { !yes && isatty(STDIN_FILENO) == 1 }

    private func ask(_ questions: NewBoardQuestions) throws -> NewBoardFile {
        var file = NewBoardFile(type: try askType(questions))
        file.console = try askConsole(questions)
        file.power = try askPower(questions)
        file.tags = askTags()
        file.description = description
        return file
    }

    private func askType(_ questions: NewBoardQuestions) throws -> String {
        let stdout = Output.standard()
        var answer = type
        for _ in 0..<5 {
            if answer == nil, isInteractive {
                answer = prompt("What kind of board is it? A type, or words such as `rpi 4`")
            }
            guard let text = answer, !text.isEmpty else { break }
            switch questions.type(text) {
            case .type(let name):
                if name != text { stdout.line("its type is \(name)") }
                return name
            case .choices(let types):
                stdout.line("\(types.count) types fit `\(SafeText.line(text))`:")
                stdout.lines(types.prefix(15).map { "  \($0.name)  \(SafeText.line($0.description))" })
                if types.count > 15 { stdout.line("  …") }
            case .nothing: stdout.line("no type fits `\(SafeText.line(text))`")
            }
            guard isInteractive else { break }
            answer = nil
        }
        throw CommandError(
            .notFound,
            Failure(
                .configuration, "the board needs one device type",
                advice: "lablctl device-type search WORD finds it; docs/device-types.md tells how to write one"))
    }

    private func askConsole(_ questions: NewBoardQuestions) throws -> String? {
        if let console { return console == "none" ? nil : console }
        guard isInteractive else { return nil }
        let stdout = Output.standard()
        for (index, port) in questions.ports.enumerated() {
            stdout.line("  \(index + 1)  \(SafeText.line(port.place))  \(SafeText.line(port.title))")
        }
        for _ in 0..<5 {
            if let answer = questions.console(prompt("Its console: a number, a path, or nothing for none")) {
                return answer
            }
            stdout.line("that is neither a number of the list nor a path")
        }
        return nil
    }

    private func askPower(_ questions: NewBoardQuestions) throws -> NewBoardFile.Power? {
        if let power { return power == "none" ? nil : NewBoardFile.Power(power) }
        guard isInteractive else { return nil }
        let stdout = Output.standard()
        for device in questions.devices { stdout.line("  \(device.name)  \(SafeText.line(device.title))") }
        for stranger in questions.strangers {
            let title = SafeText.line(stranger.title)
            stdout.line("  \(title) is plugged in, and not in labd's configuration; its entry is:")
            stdout.lines((stranger.entry ?? "").split(separator: "\n").map { "      " + SafeText.line(String($0)) })
        }
        for _ in 0..<5 {
            let answer = prompt(
                "What switches it: a device of the configuration and its channel (relays:3), or nothing")
            if let power = questions.power(answer) { return power }
            stdout.line("write the device's name, a colon and the channel's number")
        }
        return nil
    }

    private func askTags() -> [String] {
        guard tags.isEmpty, isInteractive else { return tags }
        let answer = prompt("Tags that jobs may ask for, separated by spaces, or nothing")
        return answer.split(separator: " ").map(String.init)
    }

    /// One line from the person; empty at the end of input.
    private func prompt(_ question: String) -> String {
        let stdout = Output.standard()
        stdout.write(Array("\(stdout.style.paint(question, .bold)): ".utf8))
        return (readLine() ?? "").trimmedOfWhitespace
    }
}
