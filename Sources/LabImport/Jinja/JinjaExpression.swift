import LabModel

/// What may stand behind `=` for our own reader.
indirect enum JinjaExpression: Hashable {
    case literal(DataValue)
    case list([JinjaExpression])
    case map([JinjaPair])
    case name(String, offset: Int)
    case sum(JinjaExpression, JinjaExpression, offset: Int)
    /// `~`
    case joined(JinjaExpression, JinjaExpression, offset: Int)
    case negative(JinjaExpression, offset: Int)
    /// `x|default(y)`; `isForFalse` is its second argument.
    case fallback(JinjaExpression, JinjaExpression, isForFalse: Bool)

    /// The names in it.
    var names: Set<String> {
        switch self {
        case .literal: []
        case .list(let elements): elements.reduce(into: []) { $0.formUnion($1.names) }
        case .map(let pairs): pairs.reduce(into: []) { $0.formUnion($1.value.names) }
        case .name(let name, _): [name]
        case .sum(let left, let right, _), .joined(let left, let right, _), .fallback(let left, let right, _):
            left.names.union(right.names)
        case .negative(let inner, _): inner.names
        }
    }
}

/// A key of a mapping with its value.
struct JinjaPair: Hashable {
    var key: String
    var value: JinjaExpression
}

/// What a template has that our own reader does not evaluate.
struct JinjaBeyond: Error, Hashable {
    var offset: Int
    /// In words, such as "`if`".
    var what: String
}
