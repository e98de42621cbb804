/// The result of one test case, with LAVA's names and numbers.
public enum TestResult: Int, Sendable, Codable, CaseIterable {
    case pass = 0
    case fail = 1
    case skip = 2
    case unknown = 3

    /// As signals and interfaces write it.
    public var name: String {
        switch self {
        case .pass: "pass"
        case .fail: "fail"
        case .skip: "skip"
        case .unknown: "unknown"
        }
    }

    /// Reads a result as a signal writes it, whatever its case.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name.lowercased() }) else { return nil }
        self = found
    }
}
