import ArgumentParser
import LabModel
import LabWire

/// `lablctl device-type`.
struct DeviceTypeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device-type", abstract: "List device types, and tell where their values come from.",
        discussion: "Both subcommands take --json and --server, as every command does.",
        subcommands: [ListCommand.self, ShowCommand.self], defaultSubcommand: ListCommand.self)

    /// `lablctl device-type list`.
    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the device types.")

        @OptionGroup var server: ServerOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await server.withClient { client in
                let body = try await client.get("\(LabClient.root)/device-types")
                let stdout = Output.standard()
                if output.json { return stdout.json(body) }
                let list = try client.decode(DeviceTypeList.self, from: body)
                stdout.lines(DeviceTypeView(style: stdout.style).table(list))
            }
        }
    }

    /// `lablctl device-type show NAME`.
    struct ShowCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a device type with all layers resolved.")

        @Argument(help: "The device type's name.")
        var name: String

        @Option(
            name: .long,
            help: ArgumentHelp("Tell which layer set this value, such as bootloaders.u-boot.prompt.", valueName: "key"))
        var explain: String?

        @OptionGroup var server: ServerOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            if let explain, explain.trimmedOfWhitespace.isEmpty { throw ValidationError("--explain needs a key") }
        }

        func run() async throws {
            try await server.withClient { client in
                let query = explain.map { "?explain=\(Endpoint.percentEncoded($0))" } ?? ""
                let body = try await client.get(
                    "\(LabClient.root)/device-types/\(Endpoint.percentEncoded(name))\(query)")
                let stdout = Output.standard()
                if output.json { return stdout.json(body) }
                let view = DeviceTypeView(style: stdout.style)
                if explain == nil {
                    stdout.lines(view.details(try client.decode(DeviceTypeInfo.self, from: body)))
                } else {
                    stdout.lines(view.explanation(try client.decode(Explanation.self, from: body)))
                }
            }
        }
    }
}
