import Crypto
import Foundation

/// What a server asks of a digest login, and the answer (RFC 7616).
struct DigestChallenge: Hashable {
    enum Algorithm: String, CaseIterable {
        case sha256 = "SHA-256"
        case md5 = "MD5"
    }

    var realm: String
    var nonce: String
    var opaque: String?
    var algorithm: Algorithm
    /// Whether the answer counts its requests; servers of before RFC 2617 do not ask for that.
    var hasQuality: Bool
    var isStale: Bool

    /// Nil for anything but a digest that can be answered; `auth-int` alone, for one, cannot.
    init?(_ header: String) {
        guard let start = header.range(of: "Digest ", options: .caseInsensitive) else { return nil }
        let fields = Self.fields(header[start.upperBound...])
        guard let realm = fields["realm"], let nonce = fields["nonce"], !nonce.isEmpty else { return nil }
        let name = fields["algorithm"] ?? "MD5"
        guard let algorithm = Algorithm.allCases.first(where: { $0.rawValue == name.uppercased() }) else { return nil }
        let quality = fields["qop"].map { $0.split(separator: ",").map { $0.drop { $0 == " " } } }
        if let quality, !quality.contains("auth") { return nil }
        self.realm = realm
        self.nonce = nonce
        opaque = fields["opaque"]
        self.algorithm = algorithm
        hasQuality = quality != nil
        isStale = fields["stale"]?.lowercased() == "true"
    }

    /// The value of the header `Authorization`.
    func answer(
        user: String, secret: String, method: String, target: String, count: Int, clientNonce: String
    ) -> String {
        let who = hash("\(user):\(realm):\(secret)")
        let what = hash("\(method):\(target)")
        let digits = String(count, radix: 16)
        let number = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
        let proof =
            hasQuality ? hash("\(who):\(nonce):\(number):\(clientNonce):auth:\(what)") : hash("\(who):\(nonce):\(what)")
        var parts = [
            "username=\"\(user)\"", "realm=\"\(realm)\"", "nonce=\"\(nonce)\"", "uri=\"\(target)\"",
            "algorithm=\(algorithm.rawValue)", "response=\"\(proof)\"",
        ]
        if hasQuality { parts += ["qop=auth", "nc=\(number)", "cnonce=\"\(clientNonce)\""] }
        if let opaque { parts.append("opaque=\"\(opaque)\"") }
        return "Digest " + parts.joined(separator: ", ")
    }

    private func hash(_ text: String) -> String {
        let bytes = Data(text.utf8)
        let digest: [UInt8] =
            algorithm == .sha256 ? Array(SHA256.hash(data: bytes)) : Array(Insecure.MD5.hash(data: bytes))
        return digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// `name=value` and `name="value"`, separated by commas. Quotes with escapes inside do not occur in what devices
    /// send; one that does ends the value early, and the login fails.
    private static func fields(_ text: Substring) -> [String: String] {
        var fields: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].filter { $0 != " " && $0 != "," }.lowercased()
            rest = rest[rest.index(after: equals)...]
            let value: Substring
            if rest.first == "\"" {
                rest = rest.dropFirst()
                value = rest.prefix { $0 != "\"" }
                rest = rest.dropFirst(value.count + 1)
            } else {
                value = rest.prefix { $0 != "," }
                rest = rest.dropFirst(value.count)
            }
            fields[name] = String(value)
        }
        return fields
    }
}
