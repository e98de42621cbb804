/// What a sampling campaign writes down, so that a campaign that was interrupted goes on where it was.
public enum SamplingEntry: Hashable, Sendable, Codable {
    /// What the campaign reckons with.
    case path(PowerPath)
    /// An uncut run of the update.
    case timeline(UpdateTimeline)
    case trial(SampledCut)
}

/// Keeps the campaigns' entries, and what is left of boards that failed.
public protocol SamplingNotebook: Sendable {
    /// What earlier runs of this job wrote, in order. A last entry that is not whole is left out.
    func entries(of campaign: ExplorationName) async throws(Failure) -> [SamplingEntry]

    /// Returns once the entry is durable.
    func append(_ entry: SamplingEntry, to campaign: ExplorationName) async throws(Failure)

    /// Makes a folder for what is kept of a failing trial and writes the console's lines into it.
    ///
    /// - Returns: the folder, absolute.
    func keep(console: [String], ofTrial number: Int, of campaign: ExplorationName) async throws(Failure) -> String
}
