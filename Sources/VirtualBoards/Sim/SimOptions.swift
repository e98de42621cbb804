import LabModel

/// Reads a part of a board's options and says where it is wrong.
struct SimOptions {
    var board: BoardName
    /// Such as `options.boot[2]`.
    var path: String
    var value: DataValue

    /// The longest text and list taken from a board file.
    private static let limit = 65_536

    subscript(key: String) -> DataValue? {
        value[key] == .null ? nil : value[key]
    }

    var keys: [String] { (value.map ?? [:]).keys.sorted() }

    func wrong(_ what: String) -> Failure {
        Failure(.configuration, "board \(board): \(path) \(what)", advice: "docs/simboard.md lists the options")
    }

    func allow(_ known: Set<String>) throws(Failure) {
        guard value.map != nil else { throw wrong("is not a map") }
        for key in keys where !known.contains(key) { throw wrong("has the unknown key '\(key)'") }
    }

    func text(_ key: String) throws(Failure) -> String? {
        switch self[key] {
        case nil: return nil
        case .string(let text)? where text.utf8.count <= Self.limit: return text
        case .integer(let number)?: return String(number)
        default: throw wrong("needs a text for '\(key)'")
        }
    }

    func required(_ key: String) throws(Failure) -> String {
        guard let text = try text(key) else { throw wrong("needs '\(key)'") }
        return text
    }

    func number(_ key: String) throws(Failure) -> Int? {
        guard let value = self[key] else { return nil }
        guard let number = value.integer, (0...100_000_000).contains(number) else {
            throw wrong("needs a number from 0 on for '\(key)'")
        }
        return Int(number)
    }

    /// Seconds, with fractions.
    func duration(_ key: String) throws(Failure) -> Duration? {
        guard let value = self[key] else { return nil }
        guard let seconds = value.double, (0...86_400).contains(seconds) else {
            throw wrong("needs a number of seconds for '\(key)'")
        }
        return .milliseconds(Int64(seconds * 1000))
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _: Choice.Type
    ) throws(Failure) -> Choice? where Choice.RawValue == String {
        // `off` without quotes is a truth value to YAML.
        let words = self[key]?.bool.map { $0 ? ["on", "yes", "true"] : ["off", "no", "false"] }
        if let choice = words?.lazy.compactMap({ Choice(rawValue: $0) }).first { return choice }
        guard let text = try text(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw wrong("needs one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")) for '\(key)'")
        }
        return choice
    }

    /// One word or several.
    func words(_ key: String) throws(Failure) -> Set<String>? {
        guard let value = self[key] else { return nil }
        if let word = value.string { return [word] }
        guard let list = value.list, list.count <= Self.limit else {
            throw wrong("needs a word or a list for '\(key)'")
        }
        return Set(list.compactMap(\.string))
    }

    func section(_ key: String) throws(Failure) -> SimOptions? {
        guard let value = self[key] else { return nil }
        guard value.map != nil else { throw wrong("needs a map for '\(key)'") }
        return SimOptions(board: board, path: "\(path).\(key)", value: value)
    }

    func elements(_ key: String) throws(Failure) -> [SimOptions]? {
        guard let value = self[key] else { return nil }
        guard let list = value.list, list.count <= Self.limit else { throw wrong("needs a list for '\(key)'") }
        return list.enumerated().map { index, element in
            SimOptions(board: board, path: "\(path).\(key)[\(index)]", value: element)
        }
    }
}
