import ArgumentParser
import JobDSL
import LabModel
import LabWire

extension DeviceTypeCommand {
    /// `lablctl device-type export`.
    struct ExportCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Print resolved device types as one JSON object, by name.",
            discussion: """
                Needs no labd. Variables that a type does not have are ignored, so that one set of them can be given \
                to all types.
                """)

        @Argument(help: ArgumentHelp("Only these device types.", valueName: "name"))
        var names: [String] = []

        @OptionGroup var variables: VariableOptions
        @OptionGroup var folders: DeviceTypeFolderOptions

        @Flag(name: .long, help: "Taken as by every command: the answer is JSON in any case.")
        var json = false

        func run() throws {
            let catalog = try folders.catalog(variables: try variables.values())
            var profiles: [String: DataValue] = [:]
            for name in names.isEmpty ? catalog.names : names.map({ DeviceTypeName(rawValue: $0) }) {
                let profile = try DeviceTypeAnswer.of { () throws(Failure) in try catalog.profile(of: name) }
                profiles[name.rawValue] = DeviceTypeInfo(profile).profile
            }
            if let body = JobFollower.encoded(DataValue.map(profiles)) { Output.standard().json(body) }
        }
    }

    /// `lablctl device-type facts`.
    struct FactsCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "facts", abstract: "List everything that a device type can say, with form and meaning.")

        @Argument(help: "Only facts whose path or meaning has all these words.")
        var words: [String] = []

        @Flag(name: .long, help: "Print a Markdown page of all facts.")
        var markdown = false

        @OptionGroup var output: OutputOptions

        func run() throws {
            let stdout = Output.standard()
            if markdown { return stdout.write(Array(DeviceTypeReference.markdown.utf8)) }
            let search = DeviceTypeSearch(words)
            let rows = DeviceTypeReference.rows.filter { search.matches($0.path, $0.meaning) }
            if output.json {
                let body = rows.map { ["path": $0.path, "form": $0.form, "meaning": $0.meaning] }
                if let body = JobFollower.encoded(body) { stdout.json(body) }
            } else {
                var table = Table([.init("FACT"), .init("FORM", minimum: 12), .init("MEANING", minimum: 16)])
                table.rows = rows.map { [.init($0.path), .init($0.form), .init($0.meaning)] }
                stdout.lines(table.lines(in: stdout.style))
            }
            if rows.isEmpty { try CommandEnding.check(.notFound) }
        }
    }

    /// `lablctl device-type schema`.
    struct SchemaCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "schema", abstract: "Print the JSON Schema of device type files, for editors.",
            discussion: """
                Save it and name it in a file's first line: \
                # yaml-language-server: $schema=device-type.schema.json
                """)

        func run() throws {
            if let body = JobFollower.encoded(DeviceTypeJSONSchema.value) { Output.standard().json(body) }
        }
    }
}
