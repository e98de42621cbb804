/// How a report of an exploration is wanted.
public enum PowerCutReportForm: String, Sendable, Codable, CaseIterable {
    /// For machines.
    case json
    /// One page that needs no network.
    case html
    /// The strip alone, as a picture.
    case svg
    /// For CI: one case a phase and model.
    case junit
}

/// The reports of explorations that have ended.
public protocol PowerCutReports: Sendable {
    /// The report of a job's exploration.
    ///
    /// - Parameter block: the position of the `power_cut` block in the job; nil takes the first that has a report.
    /// - Returns: nil when there is no such report.
    /// - Throws: `infrastructure` when it cannot be read.
    func report(of job: JobID, block: Int?, form: PowerCutReportForm) async throws(Failure) -> String?

    /// The windows in which a job's exploration saw the update fail.
    ///
    /// - Parameter block: as above.
    /// - Returns: nil when there is no such report; empty when nothing failed.
    /// - Throws: `infrastructure` when it cannot be read.
    func targets(of job: JobID, block: Int?) async throws(Failure) -> [PowerCutTarget]?
}

extension PowerCutReports {
    /// For reports that name no windows.
    public func targets(of job: JobID, block: Int?) async throws(Failure) -> [PowerCutTarget]? { nil }
}
