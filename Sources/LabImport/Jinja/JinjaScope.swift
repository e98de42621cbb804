import LabModel

/// The names that a template and those it extends have set so far, with their values.
///
/// As in Jinja, what a file sets at its top is seen by the files that it extends.
struct JinjaScope {
    private(set) var values: [String: DataValue] = [:]
    /// Names that were asked for.
    private(set) var used: Set<String> = []
    /// Bytes and elements that were made: texts that are put together can double at every step.
    private var made = 0
    private static let most = 1 << 20

    mutating func set(_ name: String, _ expression: JinjaExpression) throws(JinjaMistake) {
        // A name that has no value, given to another name, gives it none.
        values[name] = try value(of: expression)
    }

    mutating func define(_ values: [String: DataValue]) {
        self.values.merge(values) { $1 }
    }

    /// The text that `expression` makes, such as the name of a parent; nil for anything else.
    mutating func text(_ expression: JinjaExpression) throws(JinjaMistake) -> String? {
        try value(of: expression)?.string
    }

    /// Nil for a name that nothing has set.
    private mutating func value(of expression: JinjaExpression) throws(JinjaMistake) -> DataValue? {
        switch expression {
        case .literal(let value): return try spent(value, at: 0)
        case .name(let name, let offset):
            used.insert(name)
            return try values[name].map { value throws(JinjaMistake) in try spent(value, at: offset) }
        case .list(let elements):
            var list: [DataValue] = []
            for element in elements { list.append(try needed(element)) }
            return .list(list)
        case .map(let pairs):
            var map: [String: DataValue] = [:]
            for pair in pairs { map[pair.key] = try needed(pair.value) }
            return .map(map)
        case .sum(let left, let right, let offset):
            return try spent(sum(try needed(left), try needed(right), at: offset), at: offset)
        case .joined(let left, let right, let offset):
            let (left, right) = (try value(of: left), try value(of: right))
            return try spent(.string(text(left, at: offset) + text(right, at: offset)), at: offset)
        case .negative(let inner, let offset):
            switch try needed(inner) {
            case .integer(let value) where value != .min: return .integer(-value)
            case .double(let value): return .double(-value)
            default: throw JinjaMistake(offset, "`-` needs a number behind it")
            }
        case .fallback(let inner, let other, let isForFalse):
            guard let value = try value(of: inner), !isForFalse || value.isTrueInPython else {
                return try value(of: other)
            }
            return value
        }
    }

    private mutating func needed(_ expression: JinjaExpression) throws(JinjaMistake) -> DataValue {
        if let value = try value(of: expression) { return value }
        guard case .name(let name, let offset) = expression else {
            throw JinjaMistake(0, "a value is made of a name that nothing has set")
        }
        throw JinjaMistake(
            offset, "nothing sets `\(name.prefix(60))`", "set it before, or write `|default(…)` behind it")
    }

    private func sum(_ left: DataValue, _ right: DataValue, at offset: Int) throws(JinjaMistake) -> DataValue {
        switch (left, right) {
        case (.string(let left), .string(let right)): return .string(left + right)
        case (.list(let left), .list(let right)): return .list(left + right)
        case (.integer(let left), .integer(let right)):
            let (sum, hasOverflown) = left.addingReportingOverflow(right)
            guard !hasOverflown else { throw JinjaMistake(offset, "this sum is too large") }
            return .integer(sum)
        case (.double, .double), (.double, .integer), (.integer, .double):
            return .double((left.double ?? 0) + (right.double ?? 0))
        default:
            throw JinjaMistake(
                offset, "`+` cannot put \(left.kindInPython) and \(right.kindInPython) together",
                "`~` makes texts of both")
        }
    }

    /// What Python prints.
    private func text(_ value: DataValue?, at offset: Int) throws(JinjaMistake) -> String {
        switch value {
        case nil: return ""
        case .string(let text): return text
        case .integer(let value): return "\(value)"
        case .bool(let value): return value ? "True" : "False"
        case .null: return "None"
        case .double(let value) where value.magnitude < 1e16 && (value == 0 || value.magnitude >= 1e-4):
            return "\(value)"
        case .double, .list, .map:
            throw JinjaMistake(offset, "`~` puts \(value?.kindInPython ?? "") into a text")
        }
    }

    private mutating func spent(_ value: DataValue, at offset: Int) throws(JinjaMistake) -> DataValue {
        made += value.size
        guard made <= Self.most else {
            throw JinjaMistake(offset, "the values of this file grow beyond \(Self.most) bytes")
        }
        guard value.depth <= JinjaParser.deepest else {
            throw JinjaMistake(offset, "lists stand inside each other more than \(JinjaParser.deepest) deep")
        }
        return value
    }
}

extension DataValue {
    /// What Python's `bool` says.
    var isTrueInPython: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .integer(let value): value != 0
        case .double(let value): value != 0
        case .string(let text): !text.isEmpty
        case .list(let elements): !elements.isEmpty
        case .map(let members): !members.isEmpty
        }
    }

    fileprivate var kindInPython: String {
        switch self {
        case .null: "none"
        case .bool: "true or false"
        case .integer, .double: "a number"
        case .string: "a text"
        case .list: "a list"
        case .map: "a mapping"
        }
    }

    /// Lists and mappings inside each other.
    fileprivate var depth: Int {
        switch self {
        case .list(let elements): 1 + (elements.map(\.depth).max() ?? 0)
        case .map(let members): 1 + (members.values.map(\.depth).max() ?? 0)
        default: 0
        }
    }

    /// Bytes of its texts, and one for each value.
    fileprivate var size: Int {
        switch self {
        case .null, .bool, .integer, .double: 1
        case .string(let text): 1 + text.utf8.count
        case .list(let elements): elements.reduce(1) { $0 + $1.size }
        case .map(let members): members.reduce(1) { $0 + $1.key.utf8.count + $1.value.size }
        }
    }
}
