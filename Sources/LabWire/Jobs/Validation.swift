public import LabModel

/// What is to be said about a job's text without submitting it.
public struct Validation: Codable, Sendable, Equatable {
    /// Whether the text is a job. It may still need something in `unsupported`.
    public var valid: Bool
    public var diagnostics: [DiagnosticInfo]
    /// What is valid but does not run yet; a job with any is not accepted.
    public var unsupported: [UnsupportedInfo]
    /// Nil for a text with errors.
    public var plan: PlanSummary?

    public init(
        valid: Bool, diagnostics: [DiagnosticInfo] = [], unsupported: [UnsupportedInfo] = [], plan: PlanSummary? = nil
    ) {
        self.valid = valid
        self.diagnostics = diagnostics
        self.unsupported = unsupported
        self.plan = plan
    }
}

/// Something of LAVA that does not run yet, and where the job asks for it.
public struct UnsupportedInfo: Codable, Sendable, Equatable {
    /// Such as `boot: fastboot`.
    public var name: String
    public var line: Int
    public var column: Int

    public init(name: String, line: Int, column: Int) {
        self.name = name
        self.line = line
        self.column = column
    }

    public init(_ feature: UnsupportedFeature) {
        self.init(name: feature.name, line: feature.position.line, column: feature.position.column)
    }
}

/// What a job would do, in short.
public struct PlanSummary: Codable, Sendable, Equatable {
    public var name: String
    public var deviceType: String?
    /// The kind of each block in order, such as `deploy`, `boot`, `test`.
    public var blocks: [String]
    /// How many jobs the text stands for: those of a matrix, and those of the roles of groups; nil for one.
    public var jobs: Int?

    public init(name: String, deviceType: String? = nil, blocks: [String], jobs: Int? = nil) {
        self.name = name
        self.deviceType = deviceType
        self.blocks = blocks
        self.jobs = jobs
    }

    /// - Returns: nil when there is no job.
    public init?(_ groups: [[JobPlan]]) {
        let plans = groups.joined()
        guard let plan = plans.first else { return nil }
        self.init(
            name: plan.name, deviceType: plan.deviceType?.rawValue, blocks: plan.blocks.map(\.action.kind),
            jobs: plans.count > 1 ? plans.count : nil)
    }
}
