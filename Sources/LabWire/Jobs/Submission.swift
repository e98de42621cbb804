public import LabModel

/// A job's text in a JSON body; a body of any other content type is the text itself.
public struct SubmitRequest: Codable, Sendable, Equatable {
    public var definition: String

    public init(definition: String) {
        self.definition = definition
    }
}

/// The answer to an accepted text.
public struct Submitted: Codable, Sendable, Equatable {
    /// Of the job, or of the first of them.
    public var id: Int64
    public var name: String
    public var warnings: [DiagnosticInfo]
    /// All jobs that the text stands for, in their order; nil for a single job of its own.
    public var jobs: [SubmittedJob]?

    public init(id: Int64, name: String, warnings: [DiagnosticInfo] = [], jobs: [SubmittedJob]? = nil) {
        self.id = id
        self.name = name
        self.warnings = warnings
        self.jobs = jobs
    }

    /// - Parameter ids: of the jobs in `groups`, in the same order.
    /// - Throws: `bug` when there are none.
    public init(_ groups: [[JobPlan]], _ ids: [[JobID]], warnings: [Diagnostic]) throws(Failure) {
        let jobs = zip(groups, ids).flatMap { plans, ids in
            zip(plans, ids).enumerated().map { place, job in
                SubmittedJob(
                    id: job.1.rawValue, number: job.0.role == nil ? "\(job.1)" : "\(ids[0]).\(place)",
                    role: job.0.role?.name, name: job.0.name)
            }
        }
        guard let first = jobs.first else { throw Failure(.bug, "a stored job has no number") }
        self.init(
            id: first.id, name: first.name, warnings: warnings.map { DiagnosticInfo($0) },
            jobs: jobs.count > 1 || first.role != nil ? jobs : nil)
    }

    /// The numbers of all jobs.
    public var ids: [Int64] { jobs?.map(\.id) ?? [id] }
}

/// One of several jobs that a text stands for.
public struct SubmittedJob: Codable, Sendable, Equatable {
    public var id: Int64
    /// LAVA's form: `12.0`, `12.1` for the jobs of the group 12, the number itself for any other.
    public var number: String
    /// Its part in its group.
    public var role: String?
    public var name: String

    public init(id: Int64, number: String, role: String? = nil, name: String) {
        self.id = id
        self.number = number
        self.role = role
        self.name = name
    }
}
