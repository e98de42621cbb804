import Hummingbird

/// The query parameters of a request. Only those the route documents are taken, so that a typing error is noticed.
struct Query {
    private var values: [String: String] = [:]

    /// - Throws: 400 for a parameter that is not in `allowed` or comes twice.
    init(_ request: Request, allowed: [String]) throws(APIError) {
        for (key, value) in request.uri.queryParameters {
            let name = String(key)
            guard allowed.contains(name) else {
                let known = allowed.isEmpty ? "it takes none" : "it takes \(allowed.joined(separator: ", "))"
                throw .badRequest("this path has no parameter `\(name.prefix(40))`", advice: known)
            }
            guard values.updateValue(String(value), forKey: name) == nil else {
                throw .badRequest("the parameter `\(name)` comes twice")
            }
        }
    }

    /// The parameter as it is; nil when it is missing or empty.
    func text(_ name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Throws: 400 unless it is missing or a whole number in `range`.
    func integer(_ name: String, in range: ClosedRange<Int64>) throws(APIError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let value = Int64(text), range.contains(value) else {
            let bound = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw .badRequest("`\(name)=\(text.prefix(40))` is not \(bound)")
        }
        return value
    }

    /// - Throws: 400 unless it is missing or one of `1`, `true`, `0`, `false`.
    func flag(_ name: String) throws(APIError) -> Bool? {
        switch text(name) {
        case nil: nil
        case "1", "true": true
        case "0", "false": false
        case .some(let text): throw .badRequest("`\(name)=\(text.prefix(40))` is neither 1 nor 0")
        }
    }

    /// Names out of a comma-separated list, whatever their case.
    ///
    /// - Throws: 400 for a name that no value has.
    func choices<Value: CaseIterable>(
        _ name: String, named: (Value) -> String
    ) throws(APIError) -> [Value]? {
        guard let text = text(name) else { return nil }
        var found: [Value] = []
        for part in text.split(separator: ",") {
            guard let value = Value.allCases.first(where: { named($0).lowercased() == part.lowercased() }) else {
                let known = Value.allCases.map { named($0).lowercased() }.joined(separator: ", ")
                throw .badRequest("`\(part.prefix(40))` is not a \(name)", advice: "known are \(known)")
            }
            found.append(value)
        }
        return found
    }
}
