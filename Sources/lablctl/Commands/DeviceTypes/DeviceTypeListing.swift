import ArgumentParser
import JobDSL
import LabModel
import LabWire

extension DeviceTypeCommand {
    /// `lablctl device-type list`.
    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the device types.")

        @OptionGroup var source: DeviceTypeSourceOptions
        @OptionGroup var server: ServerOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await DeviceTypeListing(source: source, server: server, output: output).show { _ in true }
        }
    }

    /// `lablctl device-type search WORD…`.
    struct SearchCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "search", abstract: "List the device types whose name or description has all these words.",
            discussion: "Upper and lower case are the same, and so are `-`, `_` and spaces.")

        @Argument(help: "Words, or parts of words, such as `rpi 4`.")
        var words: [String]

        @OptionGroup var source: DeviceTypeSourceOptions
        @OptionGroup var server: ServerOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let found = try await DeviceTypeListing(source: source, server: server, output: output)
                .show { type in DeviceTypeSearch(words).matches(type.name, type.description) }
            if !found { try CommandEnding.check(.notFound) }
        }
    }
}

/// Whether a text has all words of a question.
struct DeviceTypeSearch {
    private let words: [String]

    init(_ words: [String]) {
        self.words = words.flatMap { Self.normal($0).split(separator: " ").map(String.init) }
    }

    func matches(_ texts: String...) -> Bool {
        let all = Self.normal(texts.joined(separator: " "))
        return words.allSatisfy { all.contains($0) }
    }

    private static func normal(_ text: String) -> String {
        String(text.lowercased().map { "-_.,/()".contains($0) ? " " : $0 })
    }
}

/// Lists device types from labd or from files.
private struct DeviceTypeListing {
    var source: DeviceTypeSourceOptions
    var server: ServerOptions
    var output: OutputOptions

    /// - Returns: whether any type was wanted.
    @discardableResult
    func show(_ isWanted: (DeviceTypeSummary) -> Bool) async throws -> Bool {
        var list = source.readsFiles ? try offline() : try await fromServer()
        list.deviceTypes.removeAll { !isWanted($0) }
        let stdout = Output.standard()
        if output.json {
            if let body = JobFollower.encoded(list) { stdout.json(body) }
        } else {
            stdout.lines(DeviceTypeView(style: stdout.style).table(list, showsBoards: !source.readsFiles))
        }
        return !list.deviceTypes.isEmpty
    }

    private func fromServer() async throws -> DeviceTypeList {
        try await server.withClient { client in
            try client.decode(
                DeviceTypeList.self, from: try await client.get("\(LabClient.root)/device-types"))
        }
    }

    private func offline() throws -> DeviceTypeList {
        let catalog = try source.folders.catalog()
        // A type that is wrong is listed all the same: `lint` says what is wrong with it.
        return DeviceTypeList(
            deviceTypes: catalog.names.map { name in
                let profile = try? catalog.profile(of: name)
                return DeviceTypeSummary(
                    name: name.rawValue, description: profile?.description ?? "cannot be used: see device-type lint",
                    boards: 0)
            })
    }
}
