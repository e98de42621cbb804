/// The device types that labd has, as far as an import needs to know them.
public struct KnownTypes: Sendable {
    /// What a type declares.
    public struct Declared: Hashable, Sendable {
        /// What a board may set.
        public var variables: Set<String>
        /// What no board can change.
        public var constants: Set<String>

        public init(variables: Set<String>, constants: Set<String> = []) {
            self.variables = variables
            self.constants = constants
        }
    }

    /// Of all types, abstract ones too.
    public var names: Set<String>
    private let declared: @Sendable (String) -> Declared?

    /// - Parameter declared: what a type declares; nil for one that cannot be read.
    public init(names: Set<String>, declared: @escaping @Sendable (String) -> Declared?) {
        self.names = names
        self.declared = declared
    }

    public func declared(by type: String) -> Declared? { names.contains(type) ? declared(type) : nil }

    /// Our name for a template of LAVA's: the same, or without the words that LAVA puts around shared ones; nil when
    /// there is none.
    func name(forTemplate template: String) -> String? {
        var candidates = [template]
        if template.hasPrefix("base-") { candidates.append(String(template.dropFirst(5))) }
        if template.hasSuffix("-common") { candidates.append(String(template.dropLast(7))) }
        return candidates.first { names.contains($0) }
    }

    /// The names that are most like `name`, at most three.
    func nearest(to name: String) -> [String] {
        let wanted = Self.words(of: name)
        let scored = names.compactMap { candidate -> (score: Int, name: String)? in
            let words = Self.words(of: candidate)
            let common = wanted.filter { words.contains($0) }.reduce(0) { $0 + $1.count }
            return common >= 3 ? (common * 10 - abs(candidate.count - name.count), candidate) : nil
        }
        return scored.sorted { ($1.score, $0.name) < ($0.score, $1.name) }.prefix(3).map(\.name)
    }

    private static func words(of name: String) -> [String] {
        name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// `lablctl device-type search`, with names that are near.
    func advice(for name: String) -> String {
        let near = nearest(to: name)
        let search = "`lablctl device-type search WORD` looks for one"
        return near.isEmpty ? search : "near by are \(near.joined(separator: ", ")); \(search)"
    }
}
