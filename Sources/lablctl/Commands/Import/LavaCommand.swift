import ArgumentParser
import LabImport
import LabModel

/// `lablctl import lava DIR`.
struct LavaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lava", abstract: "Import the device dictionaries and device types of a LAVA server.",
        discussion: """
            FOLDER is LAVA's configuration, such as /etc/lava-server/dispatcher-config, with devices/*.jinja2 and \
            device-types/*.jinja2, or a folder of device dictionaries. Assignments and `extends` are read by lablctl \
            itself. Files with conditions, loops or other templates in them are handed to python3-jinja2 where it is \
            installed, in a process without files and with bounded time and memory.
            """)

    @Argument(help: ArgumentHelp("LAVA's configuration, or a folder of dictionaries.", valueName: "folder"))
    var folder: String

    @Option(
        help: ArgumentHelp(
            "LAVA's own templates, for device types that Jinja has to render.",
            discussion: "Default: /usr/share/lava-server/device-types, where it exists.", valueName: "folder"))
    var templates: String?

    @Flag(help: "Never start Python: what needs Jinja is left.")
    var noJinja = false

    @Option(
        help: ArgumentHelp(
            "The Python that has jinja2.", discussion: "Default: /usr/bin/python3, then python3 on PATH.",
            valueName: "program"))
    var python: String?

    @OptionGroup var options: ImportOptions

    func run() async throws {
        let types = try options.knownTypes()
        let lab = try LavaFolder(path: folder, templates: templates).read()
        let importer = LavaImport(lab, types: types)
        try options.finish(importer.result(await answers(importer)))
    }

    private func answers(_ importer: LavaImport) async -> RenderAnswers {
        if importer.questions.isEmpty { return .answered([:]) }
        if noJinja { return .unavailable("--no-jinja forbids to ask it") }
        return await JinjaProcess(python: python).ask(importer.questions, about: importer.lab)
    }
}
