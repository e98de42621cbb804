import LabModel

/// A URL of a job, taken apart (RFC 3986, the generic form).
struct ImageURL: Hashable, Sendable {
    enum Scheme: String, Sendable {
        case http, https, file
    }

    var scheme: Scheme
    /// `name:password` as written, percent escapes included.
    var userInfo: String?
    /// Host with port; empty for `file`.
    var host: String
    /// From the first slash, without the query.
    var path: String
    var query: String?

    /// - Throws: `job` when it is no URL that can be fetched.
    init(_ text: String) throws(Failure) {
        guard let url = Self(parsing: text) else {
            throw Failure(
                .job, "`\(Self.masked(text))` is not a URL that can be fetched",
                advice: "use http://, https:// or file:// with an absolute path")
        }
        self = url
    }

    private init?(parsing text: String) {
        guard text.utf8.count <= 8192, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }),
            let colon = text.range(of: "://"), let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased())
        else { return nil }
        self.scheme = scheme
        let rest = text[colon.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest[authority.endIndex...]
        let at = authority.lastIndex(of: "@")
        userInfo = at.map { String(authority[..<$0]) }
        host = String(at.map { authority[authority.index(after: $0)...] } ?? authority)
        let mark = scheme == .file ? nil : target.firstIndex(of: "?")
        path = String(target[..<(mark ?? target.endIndex)])
        query = mark.map { String(target[target.index(after: $0)...]) }
        if scheme == .file {
            guard host.isEmpty || host == "localhost", userInfo == nil, path.hasPrefix("/") else { return nil }
        } else {
            guard !host.isEmpty else { return nil }
            if path.isEmpty { path = "/" }
        }
    }

    /// To send: without user and password.
    var request: String {
        "\(scheme.rawValue)://\(host)\(path)" + (query.map { "?" + $0 } ?? "")
    }

    /// To show: user, password and query may be secrets.
    var masked: String {
        "\(scheme.rawValue)://" + (userInfo == nil ? "" : "***@") + host + path + (query == nil ? "" : "?***")
    }

    /// The last part of the path, as a file name of ours; nil when there is none.
    var fileName: String? {
        let name = path.split(separator: "/").last.map { String($0.prefix(128)) } ?? ""
        let safe = name.unicodeScalars.map { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "._+-".unicodeScalars.contains(scalar))
                ? Character(scalar) : "_"
        }
        let text = String(safe)
        return text.isEmpty || text.allSatisfy { $0 == "." } ? nil : text
    }

    /// Percent escapes decoded; nil when one is broken.
    static func decoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                value != 0
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Where a redirect to `location` leads; nil when it may not be followed: to another kind of URL, or from
    /// https to http.
    func redirected(to location: String) -> ImageURL? {
        let text: String
        if location.hasPrefix("//") {
            text = "\(scheme.rawValue):\(location)"
        } else if location.hasPrefix("/") {
            text = "\(scheme.rawValue)://\(host)\(location)"
        } else if location.contains("://") {
            text = location
        } else {
            let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
            text = "\(scheme.rawValue)://\(host)\(folder)\(location)"
        }
        guard let target = ImageURL(parsing: text), target.scheme != .file else { return nil }
        return scheme == .https && target.scheme == .http ? nil : target
    }

    func hasSameOrigin(as other: ImageURL) -> Bool {
        scheme == other.scheme && host.lowercased() == other.host.lowercased()
    }

    /// Hides the credentials of any URLs in a text.
    static func masked(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let mark = rest.range(of: "://") {
            result += rest[..<mark.upperBound]
            rest = rest[mark.upperBound...]
            let authority = rest.prefix { !"/?# '\"\t\n".contains($0) }
            if let at = authority.lastIndex(of: "@") {
                result += "***"
                rest = rest[at...]
            }
        }
        return result + rest
    }
}

extension StringProtocol {
    /// The first place of `needle`. The standard library has none for strings without Foundation.
    fileprivate func range(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            let rest = self[start...]
            if rest.hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}
