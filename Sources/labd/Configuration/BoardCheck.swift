import JobDSL
import LabModel

/// Resolves every board's device type with the board's variables, before anything of the lab is opened.
struct BoardCheck {
    let configuration: LabdConfiguration
    let shared: SharedFiles?
    let catalog: DeviceTypeCatalog

    init(configuration: LabdConfiguration, shared: SharedFiles?) {
        self.configuration = configuration
        self.shared = shared
        catalog = DeviceTypeCatalog(folders: configuration.deviceTypes)
    }

    /// - Throws: `ConfigurationErrors` for boards of the configuration file, a `Failure` for built-in ones.
    func run() throws {
        var diagnostics: [Diagnostic] = []
        for board in configuration.boards {
            let found = findings(of: board)
            guard let first = found.first else { continue }
            guard configuration.boardOrigins[board.name] != nil else { throw first.failure }
            diagnostics += found.map(\.diagnostic)
        }
        if !diagnostics.isEmpty { throw ConfigurationErrors(diagnostics: diagnostics) }
    }

    /// A mistake, and where the configuration file has its cause.
    struct Finding {
        var position: SourcePosition?
        var failure: Failure

        var diagnostic: Diagnostic {
            // A mistake in the type itself has a place of its own.
            let place = failure.place.map { "\($0): " } ?? ""
            return Diagnostic(
                .error, at: position ?? SourcePosition(line: 1, column: 1), place + failure.message,
                suggestion: failure.advice)
        }
    }

    /// What is wrong with a board's type and variables.
    func findings(of board: BoardDefinition) -> [Finding] {
        let origin = configuration.boardOrigins[board.name]
        guard let whole = failure(board, variables: board.variables) else { return [] }
        if var alone = failure(board, variables: [:]) {
            if shared == nil, alone.place == nil {
                alone.advice = "the shipped device types were not found: set LABD_SHARE to their parent folder"
            }
            alone.message = "board `\(board.name)`: \(alone.message)"
            return [Finding(position: origin?.type, failure: alone)]
        }
        let wrong = board.variables.sorted { $0.key < $1.key }.compactMap { key, value -> Finding? in
            guard var failure = failure(board, variables: [key: value]) else { return nil }
            failure.place = nil
            return Finding(position: origin?.variables[key], failure: failure)
        }
        if !wrong.isEmpty { return wrong }
        // Each fits, and all together do not.
        return [Finding(position: origin?.board, failure: whole)]
    }

    private func failure(_ board: BoardDefinition, variables: [String: DataValue]) -> Failure? {
        do throws(Failure) {
            _ = try catalog.profile(of: board.type, variables: variables)
            return nil
        } catch {
            return error
        }
    }
}
