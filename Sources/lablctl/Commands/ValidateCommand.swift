import ArgumentParser
import LabModel
import LabWire

/// `lablctl validate FILE…`: what labd would say about a job, without a labd.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a job without submitting it.",
        discussion: """
            Needs no labd. What is valid but does not run yet is listed; such a job is valid here and refused at \
            submission.
            """)

    @Argument(help: ArgumentHelp("Jobs, YAML files; - reads standard input.", valueName: "file"))
    var files: [String]

    @OptionGroup var output: OutputOptions

    func run() throws {
        var status = CommandStatus.success
        for file in files {
            let text = try HostFiles.readJob(file)
            let validation = OfflineValidation.validate(text, file: file)
            show(validation, file: file, text: text)
            if !validation.valid { status = .invalidJob }
        }
        try CommandEnding.check(status)
    }

    private func show(_ validation: Validation, file: String, text: String) {
        let stdout = Output.standard()
        if output.json {
            if let body = JobFollower.encoded(validation) { stdout.json(body) }
            return
        }
        let view = DiagnosticView(style: stdout.style, file: file, text: text)
        for diagnostic in validation.diagnostics { stdout.lines(view.lines(for: diagnostic)) }
        for feature in validation.unsupported { stdout.lines(view.lines(for: feature)) }
        stdout.line("\(file): \(OfflineValidation.sentence(validation))")
    }
}
