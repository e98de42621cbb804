import LabModel

/// Takes a job's secrets out of whatever is kept or told.
struct Secrets: Sendable {
    /// Shorter values would mask ordinary text.
    private static let shortest = 3

    private let values: [String]

    init(_ secrets: [String: String]) {
        // Longest first: one value may hold another.
        values = Set(secrets.values.filter { $0.count >= Self.shortest }).sorted { ($1.count, $0) < ($0.count, $1) }
    }

    func masked(_ text: String) -> String {
        values.reduce(text) { text, secret in
            guard text.contains(secret) else { return text }
            return text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "[MASKED]")
        }
    }

    func masked(_ value: DataValue) -> DataValue {
        guard !values.isEmpty else { return value }
        switch value {
        case .string(let text): return .string(masked(text))
        case .list(let elements): return .list(elements.map { masked($0) })
        case .map(let members): return .map(masked(members))
        case .null, .bool, .integer, .double: return value
        }
    }

    func masked(_ members: [String: DataValue]) -> [String: DataValue] {
        members.mapValues { masked($0) }
    }

    func masked(_ failure: Failure) -> Failure {
        Failure(
            failure.type, masked(failure.message), at: failure.place.map { masked($0) },
            advice: failure.advice.map { masked($0) })
    }
}

/// A URL without the name and password that may stand in it.
func maskedURL(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard let at = authority.lastIndex(of: "@") else { return url }
    return url[..<scheme.upperBound] + "[MASKED]" + rest[at...]
}
