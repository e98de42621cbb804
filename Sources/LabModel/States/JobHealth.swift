/// How a finished job ended, with LAVA's names and numbers. A job is complete even when its tests failed.
public enum JobHealth: Int, Sendable, Codable, CaseIterable {
    case unknown = 0
    case complete = 1
    case incomplete = 2
    case canceled = 3

    /// As LAVA's interfaces write it, such as `Complete`.
    public var name: String {
        switch self {
        case .unknown: "Unknown"
        case .complete: "Complete"
        case .incomplete: "Incomplete"
        case .canceled: "Canceled"
        }
    }
}
