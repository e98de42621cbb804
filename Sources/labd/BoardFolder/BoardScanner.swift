import JobDSL
import LabModel

/// Everything that is said of the lab's boards at one moment.
struct BoardScan: Hashable, Sendable {
    /// Boards of the configuration in its order, then those of the folder by name.
    var readings: [BoardReading]
    /// What is wrong with the folder itself, or with files that belong to no board.
    var problems: [Diagnostic]
}

/// Reads the configuration's boards and the boards folder, and holds all of them against the device types.
struct BoardScanner: Sendable {
    private let configuration: LabdConfiguration
    var folder: String? { configuration.boardsFolder?.path }
    private let shared: SharedFiles?
    private let types: LabCatalog
    /// The files that were read last, with what came of it, by path.
    private var known: [String: Known] = [:]
    /// What the folder held when it could be read last.
    private var files: [BoardFolder.File] = []

    private struct Known: Sendable {
        var file: BoardFolder.File
        var text: BoardText
        /// The types that `findings` was found with.
        var generation: Int
        var findings: [Diagnostic]
    }

    init(configuration: LabdConfiguration, shared: SharedFiles?, types: LabCatalog) {
        self.configuration = configuration
        self.shared = shared
        self.types = types
    }

    /// Blocks: call it on a thread that may wait.
    mutating func scan() -> BoardScan {
        let (catalog, generation) = types.refreshed()
        let check = BoardCheck(configuration: configuration, shared: shared, catalog: catalog)
        var problems: [Diagnostic] = []
        if let folder = configuration.boardsFolder { problems = list(folder) }
        var readings = configuration.boards.map { board in
            BoardReading(
                name: board.name, definition: board, diagnostics: check.findings(of: board).map(\.diagnostic))
        }
        let taken = Set(readings.map(\.name.rawValue))
        var fresh: [String: Known] = [:]
        for file in files {
            guard BoardReader.isName(file.name) else {
                problems.append(
                    Diagnostic(
                        .error, at: SourcePosition(file: file.path, line: 1, column: 1),
                        "`\(file.name.prefix(64))` is not a name for a board",
                        suggestion: "rename the file: \(BoardReader.nameAdvice)"))
                continue
            }
            guard !taken.contains(file.name) else {
                problems.append(clash(file))
                continue
            }
            let entry = read(file, check, generation)
            fresh[file.path] = entry
            readings.append(
                BoardReading(
                    name: BoardName(rawValue: file.name), file: file.path, definition: entry.text.definition,
                    diagnostics: entry.text.diagnostics + entry.findings))
        }
        known = fresh
        return BoardScan(readings: readings, problems: problems)
    }

    /// The file of a board; nil for boards of the configuration.
    func file(of board: BoardName) -> String? {
        configuration.boards.contains { $0.name == board }
            ? nil : known.values.first { $0.file.name == board.rawValue }?.file.path
    }

    /// Where the description of a board has the cause of a failure; nil for built-in boards.
    func position(of failure: Failure, board: BoardName) -> SourcePosition? {
        let origin =
            file(of: board).map { known[$0]?.text.origin } ?? configuration.boardOrigins[board]
        return origin?.position(of: failure)
    }

    /// Takes the folder's files. One that cannot be read now keeps its boards: nobody took them out of the lab.
    private mutating func list(_ folder: BoardFolder) -> [Diagnostic] {
        let place = SourcePosition(file: folder.path, line: 1, column: 1)
        switch folder.contents(known: files.map { $0.name + ".yaml" }) {
        case .listed(let listing):
            files = listing.files
            return listing.problems
        case .missing where files.isEmpty && folder.isOptional:
            return []
        case .missing:
            return [
                Diagnostic(
                    .error, at: place, "the folder of board files is gone; its boards stay as they were",
                    suggestion: "put it back; an empty one in its place takes its boards out of the lab")
            ]
        case .unreadable(let reason):
            return [
                Diagnostic(
                    .error, at: place,
                    "the folder of board files cannot be read: \(reason); its boards stay as they were",
                    suggestion: "let labd's user read it")
            ]
        }
    }

    private func read(_ file: BoardFolder.File, _ check: BoardCheck, _ generation: Int) -> Known {
        var entry: Known
        if let old = known[file.path], old.file == file {
            entry = old
            if entry.generation == generation { return entry }
        } else {
            entry = Known(file: file, text: BoardText(file), generation: generation, findings: [])
        }
        entry.generation = generation
        entry.findings = []
        // What is not even well formed is not held against its type.
        if entry.text.diagnostics.isEmpty, let definition = entry.text.definition {
            entry.findings = check.findings(of: definition, origin: entry.text.origin).map(\.diagnostic)
        }
        return entry
    }

    private func clash(_ file: BoardFolder.File) -> Diagnostic {
        let place = SourcePosition(file: file.path, line: 1, column: 1)
        guard let origin = configuration.boardOrigins[BoardName(rawValue: file.name)] else {
            return Diagnostic(
                .error, at: place, "there is a built-in board `\(file.name)` already; this file is passed over",
                suggestion: "rename the file, or leave the built-in boards out with `boards: []` in the configuration")
        }
        return Diagnostic(
            .error, at: place, "there is a board `\(file.name)` already, at \(origin.board); this file is passed over",
            suggestion: "rename the file, or take the board out of the configuration")
    }
}
