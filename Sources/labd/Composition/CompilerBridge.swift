import JobDSL
import LabAPI
import LabModel
import LabWire
import SerialConsole

/// The job compiler as the API asks for it.
struct CompilerBridge: JobCompiling {
    let compiler: JobCompiler
    let types: LabCatalog
    let boards: Boards
    var patternChecker: any PatternChecking = PatternChecker()
    /// More expressions than any job needs; each costs about a millisecond to compile.
    private static let mostPatterns = 1000

    func compile(_ text: String) -> (plan: JobPlan?, diagnostics: [Diagnostic]) {
        let (groups, diagnostics) = compileJobs(text)
        return (groups.first?.first, diagnostics)
    }

    func compileJobs(_ text: String) -> (groups: [[JobPlan]], diagnostics: [Diagnostic]) {
        let compiled = compiler.compile(text)
        let catalog = types.current
        var known: [DeviceTypeName: DeviceTypeName] = [:]
        let groups = compiled.groups.map { group in
            group.map { plan in
                guard let type = plan.deviceType else { return plan }
                let own = known[type] ?? catalog.type(named: type) ?? type
                known[type] = own
                var plan = plan
                plan.deviceType = own
                return plan
            }
        }
        return (groups, compiled.diagnostics)
    }

    func check(_ plan: JobPlan) -> [Diagnostic] {
        checkPatterns(of: plan) + checkProfile(plan)
    }

    /// Every regular expression, so that none fails when the board has already been booted.
    private func checkPatterns(of plan: JobPlan) -> [Diagnostic] {
        var seen: Set<ConsolePattern> = []
        var found: [Diagnostic] = []
        for entry in plan.patterns where seen.insert(entry.pattern).inserted {
            guard seen.count <= Self.mostPatterns else {
                let message = "the job has more than \(Self.mostPatterns) different patterns"
                return found + [Diagnostic(.error, at: entry.position, message)]
            }
            do throws(Failure) {
                try patternChecker.check([entry.pattern])
            } catch {
                let message = "\(entry.what): \(error.message)"
                found.append(Diagnostic(.error, at: entry.position, message, suggestion: error.advice))
            }
        }
        return found
    }

    /// Checks against the type as the first fitting board has it: boards of a type differ in variables only.
    private func checkProfile(_ plan: JobPlan) -> [Diagnostic] {
        guard let type = plan.deviceType else { return [] }
        let catalog = types.current
        let board = boards.definitions.first { $0.type == type && (plan.board == nil || $0.name == plan.board) }
        do {
            let profile = try catalog.profile(of: type, variables: board?.variables ?? [:], context: plan.context)
            return compiler.check(plan, against: profile)
        } catch {
            let position = plan.deviceTypePosition ?? SourcePosition(line: 1, column: 1)
            let message = error.place.map { "\($0): \(error.message)" } ?? error.message
            return [Diagnostic(.error, at: position, message, suggestion: error.advice)]
        }
    }
}

/// The device type catalog as the API asks for it.
struct DeviceTypeBridge: DeviceTypeReading {
    let types: LabCatalog
    private var catalog: DeviceTypeCatalog { types.current }

    init(types: LabCatalog) {
        self.types = types
    }

    func names() -> [DeviceTypeName] { catalog.names }

    func profile(of type: DeviceTypeName) throws(Failure) -> DeviceProfile? {
        guard catalog.names.contains(type) else { return nil }
        return try catalog.profile(of: type)
    }

    func explain(_ key: String, of type: DeviceTypeName) throws(Failure) -> LabWire.Explanation? {
        guard catalog.names.contains(type) else { return nil }
        let explanation = try catalog.explain(type, key: key)
        return LabWire.Explanation(
            key: explanation.key, value: explanation.value,
            layers: explanation.layers.map { layer in
                LabWire.Explanation.Layer(
                    layer: layer.layer, file: layer.file, line: layer.line, value: layer.value, wins: layer.wins)
            })
    }
}
