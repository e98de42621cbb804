public import LabModel
import Synchronization

/// The device types below some folders, one YAML file each (`docs/device-types.md`).
///
/// Files are read when a type is first asked for, and then kept. A type of a later folder shadows one of an earlier
/// folder with the same name, and may extend it.
public final class DeviceTypeCatalog: DeviceCatalog {
    let library: Mutex<DeviceTypeLibrary>
    private let lab: [String: DataValue]
    /// Profiles that were resolved before: every submission asks for one, nearly always the same.
    private let profiles = Mutex<[ProfileQuestion: DeviceProfile]>([:])
    private static let mostProfiles = 1024

    private struct ProfileQuestion: Hashable {
        var type: DeviceTypeName
        var variables: [String: DataValue]
        var context: [String: DataValue]
    }

    /// - Parameters:
    ///   - folders: searched with all that is below them; later ones win.
    ///   - lab: variables for all boards of the lab, between those of the type and those of the board.
    public init(folders: [String], lab: [String: DataValue] = [:]) {
        library = Mutex(DeviceTypeLibrary(folders: folders))
        self.lab = lab
    }

    /// Names of the types that a board can have, in alphabetical order.
    public var names: [DeviceTypeName] {
        library.withLock { library in
            library.allNames().filter { name in
                library.chain(of: name, Findings())?.last.map { !$0.isAbstract } ?? true
            }
        }.map { DeviceTypeName(rawValue: $0) }
    }

    /// The type that a job means by `name`, which may be an alias; nil when there is none.
    public func type(named name: DeviceTypeName) -> DeviceTypeName? {
        library.withLock { $0.type(named: name.rawValue) }.map { DeviceTypeName(rawValue: $0) }
    }

    /// Resolves a type with a board's variables and a job's context in it.
    ///
    /// - Throws: `configuration` when the type is unknown or wrong, `job` when the context does not fit.
    public func profile(
        of type: DeviceTypeName, variables: [String: DataValue] = [:], context: [String: DataValue] = [:]
    ) throws(Failure) -> DeviceProfile {
        let question = ProfileQuestion(type: type, variables: variables, context: context)
        if let known = profiles.withLock({ $0[question] }) { return known }
        let findings = Findings()
        let (_, resolution) = try resolve(type, variables: variables, context: context, findings)
        let profile = ProfileReader(findings: findings).read(resolution.resolved, type: type.rawValue)
        try throwFirst(findings, type: type)
        guard let profile else { throw Failure(.configuration, "the device type `\(type)` cannot be read") }
        profiles.withLock { profiles in
            // Contexts are as many as their writers like.
            if profiles.count >= Self.mostProfiles { profiles.removeAll() }
            profiles[question] = profile
        }
        return profile
    }

    /// Which layer gave a type's key or variable its value.
    ///
    /// - Parameter key: a path such as `bootloaders.u-boot.prompt`, or a variable's name.
    /// - Throws: `configuration` when the type is unknown or wrong, `job` when it has no such key.
    public func explain(
        _ type: DeviceTypeName, key: String, variables: [String: DataValue] = [:], context: [String: DataValue] = [:]
    ) throws(Failure) -> Explanation {
        let findings = Findings()
        let (chain, resolution) = try resolve(type, variables: variables, context: context, findings)
        guard let explanation = Explainer(chain: chain, resolution: resolution).explain(key) else {
            let keys = (resolution.merged.entries ?? []).map(\.key) + resolution.variables.names
            throw Failure(
                .job, "the device type `\(type)` has no key `\(cutExcerpt(key))`",
                advice: didYouMean(key, among: keys))
        }
        return explanation
    }

    /// What a type types at its boot loaders, line by line, with the places the lines come from.
    ///
    /// - Throws: `configuration` when the type is unknown or wrong, `job` when the context does not fit.
    public func bootCommands(
        of type: DeviceTypeName, variables: [String: DataValue] = [:], context: [String: DataValue] = [:]
    ) throws(Failure) -> [BootCommandListing] {
        let (chain, resolution) = try resolve(type, variables: variables, context: context, Findings())
        return BootCommandReader(chain: chain, resolution: resolution).listings()
    }

    /// The types that a type extends, from the most general to itself; empty when there is no such type.
    public func lineage(of type: DeviceTypeName) -> [DeviceTypeName] {
        library.withLock { $0.chain(of: type.rawValue, Findings()) ?? [] }.map { DeviceTypeName(rawValue: $0.name) }
    }

    /// What is wrong with any of the types, resolved with their own defaults. Abstract types are checked for their form.
    public func lint() -> [Diagnostic] {
        library.withLock { library in
            var all = library.folderDiagnostics()
            for name in library.allNames() {
                let findings = Findings()
                if let chain = library.chain(of: name, findings), let last = chain.last, !last.isAbstract,
                    !findings.hasErrors
                {
                    let resolution = DeviceTypeResolution(chain, lab: lab, board: [:], context: [:], findings: findings)
                    if !findings.hasErrors {
                        _ = ProfileReader(findings: findings).read(resolution.resolved, type: name)
                    }
                }
                all += findings.diagnostics
            }
            // A parent's mistake is found again with each of its children.
            var seen: Set<Diagnostic> = []
            return all.filter { seen.insert($0).inserted }.sorted { $0.position < $1.position }
        }
    }

    private func resolve(
        _ type: DeviceTypeName, variables: [String: DataValue], context: [String: DataValue], _ findings: Findings
    ) throws(Failure) -> (DeviceTypeLibrary.Chain, DeviceTypeResolution) {
        guard let chain = library.withLock({ $0.chain(of: type.rawValue, findings) }) else {
            let names = library.withLock { $0.allNames() }
            throw Failure(
                .configuration, "there is no device type `\(cutExcerpt(type.rawValue))`",
                advice: didYouMean(type.rawValue, among: names)
                    ?? (names.isEmpty ? nil : "there are \(names.sorted().prefix(20).joined(separator: ", "))"))
        }
        try throwFirst(findings, type: type)
        if let last = chain.last, last.isAbstract {
            throw Failure(
                .configuration, "the device type `\(type)` is abstract: other types extend it, boards cannot have it",
                at: last.file)
        }
        let resolution = DeviceTypeResolution(chain, lab: lab, board: variables, context: context, findings: findings)
        try throwFirst(findings, type: type)
        return (chain, resolution)
    }

    /// A finding placed in the job's context is the job's fault, any other the configuration's.
    private func throwFirst(_ findings: Findings, type: DeviceTypeName) throws(Failure) {
        let errors = findings.diagnostics.filter { $0.severity == .error }
        guard let first = errors.first else { return }
        let isJob = first.position.file == VariableLayers.Layer.job.rawValue
        let isFile = VariableLayers.Layer(rawValue: first.position.file ?? "") == nil
        let others = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        throw Failure(
            isJob ? .job : .configuration, "device type `\(type)`: \(first.message)\(others)",
            at: isFile ? first.position.description : first.position.file, advice: first.suggestion)
    }
}
