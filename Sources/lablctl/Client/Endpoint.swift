import LabModel

/// Where a labd answers.
enum Endpoint: Hashable, Sendable, CustomStringConvertible {
    case unix(path: String)
    /// Scheme, host and port, without a final slash.
    case http(base: String)

    /// Reads `unix:PATH`, an absolute path, `http://HOST:PORT`, `https://…` or `HOST:PORT`.
    ///
    /// - Throws: `configuration` when the text is none of these.
    init(parsing text: String) throws(Failure) {
        if let path = Endpoint.socketPath(in: text) {
            guard path.hasPrefix("/") else {
                throw Endpoint.unreadable(text, "the socket's path must be absolute")
            }
            // sockaddr_un holds 108 bytes, the final zero included (unix(7)).
            guard path.utf8.count <= 107 else {
                throw Endpoint.unreadable(text, "a unix socket's path has at most 107 bytes")
            }
            self = .unix(path: path)
            return
        }
        guard text.contains("://") || Endpoint.hasPort(text) else {
            throw Endpoint.unreadable(text, "it is neither a socket nor an address with a port")
        }
        let base = text.hasPrefix("http://") || text.hasPrefix("https://") ? text : "http://" + text
        let trimmed = base.hasSuffix("/") ? String(base.dropLast()) : base
        guard let host = Endpoint.authority(of: trimmed), !host.isEmpty, !text.contains(where: \.isWhitespace) else {
            throw Endpoint.unreadable(text, "it is neither a socket nor an address")
        }
        self = .http(base: trimmed)
    }

    /// The URL of `target`, a path with an optional query that begins with `/`.
    func url(_ target: String) -> String {
        switch self {
        case .unix(let path): "http+unix://" + Endpoint.percentEncoded(path) + target
        case .http(let base): base + target
        }
    }

    /// Whether the connection stays on this machine, so that the local token may be sent over it.
    var isLocal: Bool {
        switch self {
        case .unix: true
        case .http(let base): ["127.0.0.1", "localhost", "[::1]"].contains(Endpoint.host(of: base))
        }
    }

    var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .http(let base): base
        }
    }

    /// `text` as one component of a path or one value of a query: everything but RFC 3986's unreserved characters
    /// is percent-encoded.
    static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default:
                "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }.joined()
    }

    private static func socketPath(in text: String) -> String? {
        if text.hasPrefix("unix://") { return String(text.dropFirst(7)) }
        if text.hasPrefix("unix:") { return String(text.dropFirst(5)) }
        return text.hasPrefix("/") ? text : nil
    }

    /// What stands between `//` and the end, when nothing but host and port does.
    private static func authority(of base: String) -> Substring? {
        guard let slashes = base.firstRange(of: "//") else { return nil }
        let rest = base[slashes.upperBound...]
        return rest.contains("/") ? nil : rest
    }

    /// Whether `text` ends with a colon and digits.
    private static func hasPort(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        let port = text[text.index(after: colon)...]
        return UInt16(port) != nil && port.allSatisfy { $0.isASCII && $0.isNumber }
    }

    private static func host(of base: String) -> String {
        guard let authority = authority(of: base) else { return "" }
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return String(authority[...end]) }
        return String(authority.prefix { $0 != ":" })
    }

    private static func unreadable(_ text: String, _ reason: String) -> Failure {
        Failure(
            .configuration, "cannot use '\(text)' as a server: \(reason)",
            advice: "write unix:/path/to/labd.sock or http://127.0.0.1:8384")
    }
}
