import Foundation

/// What a request says about who sends it.
struct HTTPLogin {
    private let credentials: HTTPCredentials
    /// What the device last asked; nil before its first refusal.
    private var challenge: DigestChallenge?
    /// How often its nonce was used.
    private var uses = 0
    private let random: () -> UInt64

    init(
        _ credentials: HTTPCredentials,
        random: @escaping () -> UInt64 = {
            var system = SystemRandomNumberGenerator()
            return system.next()
        }
    ) {
        self.credentials = credentials
        self.random = random
    }

    /// The header `Authorization`; nil for a digest whose challenge is not known yet.
    mutating func header(for request: DeviceHTTPRequest) -> String? {
        switch credentials.scheme {
        case .bearer: return "Bearer " + credentials.secret
        case .basic:
            return "Basic " + Data("\(credentials.user):\(credentials.secret)".utf8).base64EncodedString()
        case .digest:
            guard let challenge else { return nil }
            uses += 1
            return challenge.answer(
                user: credentials.user, secret: credentials.secret, method: request.method, target: request.target,
                count: uses, clientNonce: String(random(), radix: 16))
        }
    }

    /// Takes what a device refused a request with.
    ///
    /// - Returns: whether another try with what is known now can do better.
    mutating func learn(_ header: String?) -> Bool {
        guard credentials.scheme == .digest, let header, let next = DigestChallenge(header) else { return false }
        // The same nonce again, refused and not stale: the password is wrong.
        guard next.nonce != challenge?.nonce || next.isStale else { return false }
        challenge = next
        uses = 0
        return true
    }
}
