import LabModel

/// Finds the labd that belongs to this lablctl.
struct LabdLocator {
    var environment: [String: String]
    /// The folder lablctl stands in.
    var programFolder: String?
    var isExecutable: (String) -> Bool

    static func onThisMachine() -> LabdLocator {
        LabdLocator(
            environment: HostEnvironment.variables, programFolder: HostFiles.programFolder(),
            isExecutable: HostFiles.isExecutable)
    }

    /// - Parameter option: the value of `--labd`.
    /// - Throws: with `notFound` when there is none.
    func locate(option: String?) throws(CommandError) -> String {
        if let named = option ?? environment["LABD"], !named.isEmpty {
            guard isExecutable(named) else { throw Self.missing("'\(named)' is not a program") }
            return named
        }
        let beside = programFolder.map { [$0 + "/labd"] } ?? []
        let onPath = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/labd" }
        guard let found = (beside + onPath).first(where: isExecutable) else {
            throw Self.missing("there is no labd beside lablctl or on PATH")
        }
        return found
    }

    private static func missing(_ message: String) -> CommandError {
        CommandError(.notFound, Failure(.configuration, message, advice: "name one with --labd or LABD"))
    }
}
