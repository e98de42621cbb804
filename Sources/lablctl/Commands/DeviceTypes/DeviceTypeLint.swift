import ArgumentParser
import JobDSL
import LabModel

extension DeviceTypeCommand {
    /// `lablctl device-type lint`.
    struct LintCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lint", abstract: "Check all device types: the shipped ones and those of --types.",
            discussion: """
                Needs no labd. Every type is resolved with its own defaults. Exit code 78 when one of them is wrong.
                """)

        @OptionGroup var folders: DeviceTypeFolderOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let catalog = try folders.catalog()
            let found = catalog.lint()
            let stdout = Output.standard()
            if output.json {
                if let body = JobFollower.encoded(found) { stdout.json(body) }
            } else {
                for diagnostic in found { stdout.line(SafeText.line(diagnostic.description)) }
                let errors = found.count { $0.severity == .error }
                stdout.line(
                    "\(catalog.names.count) device types: "
                        + (errors == 0 ? "no errors" : "\(errors) error\(errors == 1 ? "" : "s")"))
            }
            if found.contains(where: { $0.severity == .error }) { try CommandEnding.check(.configuration) }
        }
    }
}
