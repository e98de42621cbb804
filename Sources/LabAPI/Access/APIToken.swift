import Crypto

/// A bearer token, kept as its hash only.
public struct APIToken: Sendable {
    /// Who is named as the submitter when a request does not say.
    public var name: String
    private let digest: SHA256Digest

    /// - Parameter secret: the token as clients send it; surrounding white space does not count.
    public init(name: String = "api", secret: String) {
        self.name = name
        self.digest = Self.hash(secret)
    }

    /// Compares in constant time. Both sides are hashed first, so neither length nor a common prefix shows.
    func matches(_ presented: String) -> Bool {
        // The equality of digests is swift-crypto's constant-time comparison.
        Self.hash(presented) == digest
    }

    private static func hash(_ secret: String) -> SHA256Digest {
        let trimmed = secret.drop(while: \.isWhitespace)
        let end = trimmed.lastIndex { !$0.isWhitespace }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
        return SHA256.hash(data: Array(trimmed[..<end].utf8))
    }
}
