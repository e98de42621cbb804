import ArgumentParser

/// `lablctl device-type`.
struct DeviceTypeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device-type",
        abstract: "Find device types, show what they type at a boot loader, and tell where their values come from.",
        discussion: """
            list, search and show ask labd; with --types or --offline they read the files themselves, as render, lint, \
            export, facts and schema always do.
            """,
        subcommands: [
            ListCommand.self, SearchCommand.self, ShowCommand.self, RenderCommand.self, LintCommand.self,
            ExportCommand.self, FactsCommand.self, SchemaCommand.self,
        ], defaultSubcommand: ListCommand.self)
}
