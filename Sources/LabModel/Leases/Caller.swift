/// Who asks the lab for something, as he says himself: a name for the record, not a proof of identity.
public struct Caller: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public var name: String
    /// The leases in whose name he asks; nil when he did not say, and any lease of his will do.
    public var leases: Set<LeaseID>?

    public init(_ name: String, leases: Set<LeaseID>? = nil) {
        self.name = name
        self.leases = leases
    }

    public init(stringLiteral name: String) {
        self.init(name)
    }

    public var description: String { name }
}
