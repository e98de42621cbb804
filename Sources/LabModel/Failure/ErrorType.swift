/// Whose fault a failure is, with LAVA's names. Clients read it as `error_type` of the result `lava/job`.
public enum ErrorType: String, Codable, Sendable, CaseIterable {
    /// Network, download, boot loader, lost console, failed tool: the lab, not the job.
    case infrastructure = "Infrastructure"
    /// The device type or board file is wrong.
    case configuration = "Configuration"
    /// A defect of labd itself.
    case bug = "Bug"
    /// The job is wrong, or the image it brought does not boot.
    case job = "Job"
    /// A test could not run, or said so itself.
    case test = "Test"
    /// A test block's own time is up.
    case lavaTimeout = "LAVATimeout"
    /// Somebody cancelled the job.
    case canceled = "Canceled"
    /// A wait of a multinode protocol was not answered in time.
    case multinodeTimeout = "MultinodeTimeout"

    /// Whether `failure_retry` of a block tries again after such a failure.
    public var isRetriedWithinJob: Bool {
        switch self {
        case .infrastructure, .job, .test: true
        case .configuration, .bug, .lavaTimeout, .canceled, .multinodeTimeout: false
        }
    }

    /// Whether a normal job that ended so leaves the board's health unknown.
    public var leavesBoardUnknown: Bool {
        switch self {
        case .infrastructure, .configuration, .bug: true
        case .job, .test, .lavaTimeout, .canceled, .multinodeTimeout: false
        }
    }
}
