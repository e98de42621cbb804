/// One thing that a device type can say: what form it has, and what it means.
struct Fact: Sendable {
    var kind: FactKind
    /// One line for people, without a full stop.
    var meaning: String
}

/// The forms that facts have.
indirect enum FactKind: Sendable {
    /// Text of a length in this range, in characters.
    case text(ClosedRange<Int> = 0...4096)
    /// A regular expression.
    case expression
    case word([String])
    /// Any number of these words in one list.
    case words([String])
    case integer(ClosedRange<Int>)
    case boolean
    /// Such as `2s` or `5m`.
    case duration(allowsZero: Bool = false)
    /// Hexadecimal, or the name of a variable of the boot loader's own, such as `${loadaddr}`.
    case address
    /// Four hexadecimal digits, as text.
    case usbID
    case list(FactKind)
    /// One, or a list of them.
    case oneOrMore(FactKind)
    /// Exactly these keys, in the order of the documentation.
    case keys([FactKey])
    /// Keys that the writer chooses, each with this.
    case table(of: FactKind)
    /// Not interpreted here.
    case free
}

/// A key with its fact.
struct FactKey: Sendable {
    var name: String
    var fact: Fact

    init(_ name: String, _ kind: FactKind, _ meaning: String) {
        self.name = name
        fact = Fact(kind: kind, meaning: meaning)
    }
}

extension FactKind {
    /// The lines that are typed at a prompt.
    static let lines = FactKind.list(.text())

    /// The fact of a key below this one.
    func inner(_ key: String) -> FactKind? {
        switch self {
        case .keys(let keys): keys.first { $0.name == key }?.fact.kind
        case .table(let inner): inner
        case .free: .free
        default: nil
        }
    }

    /// The keys that can stand below this; empty where the writer chooses them.
    var words: [String] {
        guard case .keys(let keys) = self else { return [] }
        return keys.map(\.name)
    }
}
