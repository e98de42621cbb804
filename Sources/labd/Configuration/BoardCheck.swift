import DeviceDrivers
import JobDSL
import LabModel
import VirtualBoards

/// Resolves a board's device type with the board's variables, and reads its driver's options, without opening anything.
struct BoardCheck {
    let configuration: LabdConfiguration
    let shared: SharedFiles?
    let catalog: DeviceTypeCatalog

    /// - Parameter catalog: nil reads the types of the configuration anew.
    init(configuration: LabdConfiguration, shared: SharedFiles?, catalog: DeviceTypeCatalog? = nil) {
        self.configuration = configuration
        self.shared = shared
        self.catalog = catalog ?? DeviceTypeCatalog(folders: configuration.deviceTypes)
    }

    /// Checks the boards of the configuration itself.
    ///
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

    /// A mistake, and where its file has the cause.
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

    /// What is wrong with a board of the configuration.
    func findings(of board: BoardDefinition) -> [Finding] {
        findings(of: board, origin: configuration.boardOrigins[board.name])
    }

    /// What is wrong with a board's type, variables and options.
    func findings(of board: BoardDefinition, origin: BoardOrigin?) -> [Finding] {
        guard let whole = failure(board, variables: board.variables) else {
            return driverFailure(board).map { failure in
                [Finding(position: origin?.position(of: failure), failure: failure)]
            } ?? []
        }
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

    private func driverFailure(_ board: BoardDefinition) -> Failure? {
        do throws(Failure) {
            if board.driver == RealBoardFactory.driver {
                try RealBoardFactory.check(board, devices: configuration.devices)
            } else {
                let profile = try catalog.profile(of: board.type, variables: board.variables)
                try BoardFactory.check(board, profile: profile)
            }
            return nil
        } catch {
            var failure = error
            // Its finding has a better place.
            if failure.place == board.name.rawValue { failure.place = nil }
            return failure
        }
    }
}
