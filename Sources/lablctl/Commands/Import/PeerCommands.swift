import ArgumentParser
import LabImport
import LabModel

/// `lablctl import labgrid FILE`.
struct LabgridCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labgrid", abstract: "Import a labgrid exporter's file, or an environment.",
        discussion: "Each group of an exporter, and each target of an environment, becomes a board.")

    @Argument(help: ArgumentHelp("The exporter's YAML, or an environment's.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The device type of its boards, which labgrid does not know.", valueName: "name"))
    var type: String?

    @OptionGroup var options: ImportOptions

    func run() throws {
        let types = try options.knownTypes()
        try options.finish(
            PeerFile.reading(file) { source throws(Diagnostic) in
                try LabgridImport(source, type: type, types: types).result()
            })
    }
}

/// `lablctl import pdudaemon FILE`.
struct PDUDaemonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pdudaemon", abstract: "Import the PDUs of pdudaemon's configuration as devices.",
        discussion: "PDUs that labd has a driver for are switched by it; the others stay behind pdudaemon.")

    @Argument(help: ArgumentHelp("pdudaemon.conf.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The host that pdudaemon runs on, as labd's host sees it.", valueName: "name"))
    var host: String?

    @Flag(help: "Leave pdudaemon in charge of all of them.")
    var throughPdudaemon = false

    @OptionGroup var options: ImportOptions

    func run() throws {
        try options.finish(
            PeerFile.reading(file) { source throws(Diagnostic) in
                try PDUDaemonImport(source, host: host, goesThroughDaemon: throughPdudaemon).result()
            })
    }
}

/// `lablctl import twister FILE`.
struct TwisterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "twister", abstract: "Import a hardware map of Zephyr's twister.")

    @Argument(help: ArgumentHelp("The hardware map.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The device type of all its boards, instead of each platform's.", valueName: "name"))
    var type: String?

    @OptionGroup var options: ImportOptions

    func run() throws {
        let types = try options.knownTypes()
        try options.finish(
            PeerFile.reading(file) { source throws(Diagnostic) in
                try TwisterImport(source, type: type, types: types).result()
            })
    }
}

/// The one file of another lab's.
enum PeerFile {
    private static let largest = 1 << 20

    /// - Throws: with `notFound` when it cannot be read, with `invalidJob` when it is not what it should be.
    static func reading(
        _ path: String, _ make: (SourceText) throws(Diagnostic) -> ImportResult
    ) throws(CommandError) -> ImportResult {
        guard let bytes = HostFiles.readBytes(path == "-" ? "/dev/stdin" : path, limit: largest + 1) else {
            throw CommandError(.notFound, Failure(.configuration, "cannot read '\(path)': \(HostFiles.errorText())"))
        }
        guard bytes.count <= largest, let text = String(validating: bytes, as: UTF8.self) else {
            let why = bytes.count > largest ? "larger than 1 MiB" : "not UTF-8 text"
            throw CommandError(.invalidJob, Failure(.configuration, "'\(path)' is \(why)"))
        }
        let last = path.split(separator: "/").last.map(String.init) ?? path
        do {
            return try make(SourceText(path: path, name: last, text: text))
        } catch {
            throw CommandError(
                .invalidJob,
                Failure(
                    .configuration, error.message, at: error.position.description, advice: error.suggestion))
        }
    }
}
