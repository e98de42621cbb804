/// What LAVA's submission gate wants of one value.
indirect enum GateRule: Sendable {
    case anything
    case text
    /// True and false count: they are numbers to LAVA.
    case wholeNumber
    case truth
    /// Nothing at all, as in `command: null`.
    case nothing
    case list
    case mapping
    case word([String])
    /// Letters, digits, `-` and `_`.
    case name
    case listOf(GateRule)
    case mapOf(GateKeys, GateRule)
    case map(GateMap)
    /// The first alternative that fits; `inWords` says what is wanted.
    case either([GateRule], inWords: String)
}

/// What keys a mapping with free keys may have.
enum GateKeys: Sendable {
    case text
    case textOrWholeNumber
    /// Lower-case letters and `-`.
    case actionName
}

/// A mapping with keys of its own.
struct GateMap: Sendable {
    var required: [String]
    var rules: [String: GateRule]
    /// Whether keys that are not in `rules` are taken.
    var isOpen: Bool
    /// Of these at most one.
    var exclusive: [String]

    init(_ rules: [String: GateRule], required: [String] = [], isOpen: Bool = false, exclusive: [String] = []) {
        self.required = required
        self.rules = rules
        self.isOpen = isOpen
        self.exclusive = exclusive
    }
}
