public import LabModel

/// Makes a checked plan of a job's text: everything that can be known without a board is checked here.
public struct JobCompiler: Sendable {
    private let contextKeys: Set<String>

    /// - Parameter extraContextKeys: `context` variables that this lab takes beside LAVA's own.
    public init(extraContextKeys: Set<String> = []) {
        contextKeys = LavaVocabulary.contextKeys.union(extraContextKeys)
    }

    /// Compiles a job.
    ///
    /// - Parameter file: the name that positions carry; nil for a text that came without one.
    public func compile(_ text: String, file: String? = nil) -> CompiledJob {
        let root: YAMLNode
        do {
            root = try YAMLText.read(text, file: file)
        } catch {
            return CompiledJob(plan: nil, diagnostics: [error])
        }
        let reading = JobReading(contextKeys: contextKeys)
        let plan = JobReader(reading: reading).read(root)
        SubmissionGate.check(root, adding: reading.findings)
        let diagnostics = reading.findings.diagnostics.sorted { $0.position < $1.position }
        return CompiledJob(plan: reading.findings.hasErrors ? nil : plan, diagnostics: diagnostics)
    }

    /// What of a plan does not fit the kind of board that it would run on.
    public func check(_ plan: JobPlan, against profile: DeviceProfile) -> [Diagnostic] {
        ProfileCheck(profile: profile).check(plan)
    }
}

/// What came of a job's text.
public struct CompiledJob: Hashable, Sendable {
    /// Nil if, and only if, there is an error among the diagnostics.
    public var plan: JobPlan?
    /// Errors and warnings, in the order of the text.
    public var diagnostics: [Diagnostic]

    public init(plan: JobPlan?, diagnostics: [Diagnostic]) {
        self.plan = plan
        self.diagnostics = diagnostics
    }
}
