import HTTPTypes

extension HTTPField.Name {
    /// What a reconnecting reader of server-sent events saw last (WHATWG HTML, section 9.2.4).
    static var lastEventID: Self { known("Last-Event-ID") }
    /// Who asks, for the record.
    static var labdUser: Self { known("X-Labd-User") }
    /// The leases in whose name is asked, by their numbers.
    static var labdLease: Self { known("X-Labd-Lease") }

    /// The digest of the whole of what is sent (RFC 9530, section 3).
    static var reprDigest: Self { known("Repr-Digest") }

    // The names above are valid tokens (RFC 9110, section 5.6.2), so the fallback is never taken.
    private static func known(_ name: String) -> Self { Self(name) ?? .from }
}
