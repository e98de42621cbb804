import Glibc

/// Guards against DNS rebinding: a web page whose own name was made to point at this machine sends that name as
/// `Host`, so only addresses and known names are answered.
struct HostCheck: Sendable {
    /// Names beside `localhost`, in lower case.
    var names: Set<String>

    init(names: [String] = []) {
        self.names = Set(names.map { $0.lowercased() })
    }

    /// - Parameter authority: the `Host` header, with or without a port (RFC 9110, section 7.2).
    func allows(_ authority: String?) -> Bool {
        guard let authority, let host = Self.host(of: authority) else { return false }
        return host == "localhost" || names.contains(host) || Self.isAddress(host)
    }

    private static func host(of authority: String) -> String? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            return String(authority[authority.index(after: authority.startIndex)..<end])
        }
        let host = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0].lowercased()
        return host.isEmpty ? nil : host.hasSuffix(".") ? String(host.dropLast()) : host
    }

    private static func isAddress(_ host: String) -> Bool {
        var buffer = in6_addr()
        return inet_pton(AF_INET, host, &buffer) == 1 || inet_pton(AF_INET6, host, &buffer) == 1
    }
}
