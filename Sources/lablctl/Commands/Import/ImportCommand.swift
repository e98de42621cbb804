import ArgumentParser
import JobDSL
import LabImport
import LabModel

/// `lablctl import`.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over the boards of a LAVA, labgrid, pdudaemon or twister lab.",
        discussion: """
            Writes board files, device types and an entry for each relay or PDU into a folder, and tells what was taken \
            over exactly, what approximately, and what was left. Needs no labd. Importing again changes nothing; a file \
            that was edited since stays as it is.
            """,
        subcommands: [LavaCommand.self, LabgridCommand.self, PDUDaemonCommand.self, TwisterCommand.self])
}

/// Where an import writes, and how it ends.
struct ImportOptions: ParsableArguments {
    @Option(
        name: [.long, .customShort("o")], help: ArgumentHelp("The folder to write into.", valueName: "folder"))
    var output = "labd-import"

    @Flag(help: "Write nothing; tell what would be written.")
    var dryRun = false

    @Flag(help: "Overwrite files that were edited since the last import.")
    var force = false

    @Flag(help: "End with 1 when anything was left.")
    var strict = false

    @OptionGroup var folders: DeviceTypeFolderOptions

    @Flag(help: "Print the report as JSON.")
    var json = false

    /// Writes the files, shows the report and ends.
    func finish(_ result: ImportResult) throws {
        let folder = ImportFolder(path: output)
        let states = try dryRun ? folder.plan(result.files, force: force) : folder.write(result.files, force: force)
        let stdout = Output.standard()
        let summary = ImportSummary(report: result.report, files: states, folder: output, isDryRun: dryRun)
        if json {
            stdout.json(try summary.json())
        } else {
            stdout.lines(ImportView(style: stdout.style).lines(summary))
        }
        let isShort = strict && result.report.hasLeft || states.contains { $0.state == .kept }
        try CommandEnding.check(isShort ? .testsFailed : .success)
    }

    /// The shipped device types and those of the folders that were named.
    func knownTypes() throws(CommandError) -> KnownTypes {
        let catalog = try folders.catalog()
        return KnownTypes(names: catalog.allNames) { name in
            catalog.declaredVariables(of: DeviceTypeName(rawValue: name)).map {
                KnownTypes.Declared(variables: $0.variables, constants: $0.constants)
            }
        }
    }
}
