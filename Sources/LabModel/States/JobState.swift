/// Where a job stands, with LAVA's names and numbers. Transitions only move forward.
public enum JobState: Int, Comparable, Sendable, Codable, CaseIterable {
    case submitted = 0
    case scheduling = 1
    case scheduled = 2
    case running = 3
    case canceling = 4
    case finished = 5

    /// As LAVA's interfaces write it, such as `Submitted`.
    public var name: String {
        switch self {
        case .submitted: "Submitted"
        case .scheduling: "Scheduling"
        case .scheduled: "Scheduled"
        case .running: "Running"
        case .canceling: "Canceling"
        case .finished: "Finished"
        }
    }

    public static func < (lhs: JobState, rhs: JobState) -> Bool { lhs.rawValue < rhs.rawValue }
}
