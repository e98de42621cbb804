import ArgumentParser
import LabModel
import LabWire
import NIOCore

/// `lablctl powercut export JOB STATE -o FILE`.
struct PowerCutExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a crash state's disk image, or a recording, to a file.",
        discussion: """
            The image is raw, with holes where the disk has zeros: debugfs, mtools or losetup read it. --trace writes \
            the recording instead; docs/formats/power-cut-trace.md describes it.
            """)

    @OptionGroup var recording: RecordingArgument

    @Argument(help: "The crash state, such as w54.")
    var state: String?

    @Flag(help: "Write the recording itself.")
    var trace = false

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write it.", valueName: "file"))
    var output: String

    @OptionGroup var server: ServerOptions

    func validate() throws {
        if trace == (state != nil) { throw ValidationError("name a crash state, or give --trace") }
        if output.isEmpty { throw ValidationError("--output needs a file") }
    }

    func run() async throws {
        let (path, progress) = (output, Output.progress())
        let written = try await server.withClient { client in
            let target =
                if let state {
                    try await recording.target("power-cut-image", [("state", state)], client: client)
                } else {
                    try await recording.target("power-cut-trace", client: client)
                }
            return try await Interrupts.watched { _ in
                .stop
            } during: {
                try await Self.save(target, to: path, client: client)
            }
        }
        guard let written else { throw CommandEnding(status: .interrupted) }
        progress.line(
            "wrote \(path): \(Figures.bytes(written.length)), \(Figures.bytes(written.onDisk)) of them on the disk")
    }

    /// Writes what `target` answers to a file, and shows how far it is.
    static func save(
        _ target: String, to path: String, client: LabClient
    ) async throws -> (length: Int64, onDisk: Int64) {
        let file = try SparseFile(path: path)
        var bar = ProgressLine()
        try await client.download(target) { piece, size in
            try piece.withUnsafeReadableBytes { bytes throws(CommandError) in try file.append(bytes) }
            if let size, size > 0 {
                bar.show("\(file.length * 100 / size) % of \(Figures.bytes(size))")
            }
        }
        bar.clear()
        return (file.length, try file.keep())
    }
}
