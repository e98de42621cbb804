public import LabModel

/// Makes a checked plan of a job's text: everything that can be known without a board is checked here.
public struct JobCompiler: Sendable {
    private let contextKeys: Set<String>

    /// - Parameter extraContextKeys: `context` variables that this lab takes beside LAVA's own.
    public init(extraContextKeys: Set<String> = []) {
        contextKeys = LavaVocabulary.contextKeys.union(extraContextKeys)
    }

    /// Compiles a job, or the jobs that its matrix and its roles make.
    ///
    /// - Parameter file: the name that positions carry; nil for a text that came without one.
    public func compile(_ text: String, file: String? = nil) -> CompiledJob {
        let root: YAMLNode
        do {
            root = try YAMLText.read(text, file: file)
        } catch {
            return CompiledJob(groups: [], diagnostics: [error])
        }
        guard root["matrix"] != nil else { return compile(root) }
        let findings = Findings()
        let cells = MatrixReader(findings: findings).expand(root, size: text.utf8.count)
        guard !findings.hasErrors else { return CompiledJob(groups: [], diagnostics: findings.diagnostics) }
        return MatrixOutcome(cells: cells.map { ($0, compile($0.root)) }, warnings: findings.diagnostics).job
    }

    /// Compiles one job or one group.
    private func compile(_ root: YAMLNode) -> CompiledJob {
        let reading = JobReading(contextKeys: contextKeys)
        let plans = JobReader(reading: reading).read(root)
        SubmissionGate.check(root, adding: reading.findings)
        let diagnostics = reading.findings.diagnostics.sorted { $0.position < $1.position }
        return CompiledJob(groups: reading.findings.hasErrors || plans.isEmpty ? [] : [plans], diagnostics: diagnostics)
    }

    /// What of a plan does not fit the kind of board that it would run on.
    public func check(_ plan: JobPlan, against profile: DeviceProfile) -> [Diagnostic] {
        ProfileCheck(profile: profile).check(plan)
    }
}

/// What came of a job's text.
public struct CompiledJob: Hashable, Sendable {
    /// The jobs of the text: those that run together as one list, most often a single list of a single job. Empty if,
    /// and only if, there is an error among the diagnostics.
    public var groups: [[JobPlan]]
    /// Errors and warnings, in the order of the text.
    public var diagnostics: [Diagnostic]

    public init(groups: [[JobPlan]], diagnostics: [Diagnostic]) {
        self.groups = groups
        self.diagnostics = diagnostics
    }

    /// The first job; nil when there is an error.
    public var plan: JobPlan? { groups.first?.first }

    /// What is valid LAVA and does not run yet, of all jobs.
    public var unsupported: [UnsupportedFeature] {
        var seen: Set<UnsupportedFeature> = []
        return groups.joined().flatMap(\.unsupported).filter { seen.insert($0).inserted }
    }
}
