import Foundation
import LabModel

/// A Shelly relay of generation 2 or later, as its maker's description of the RPC protocol has it.
public final class Shelly2Model: HTTPDeviceModel {
    public let contacts: Contacts

    private let hasPassword: Bool

    /// - Parameter hasPassword: whether it wants a digest. The hash is not checked here: that is what the standard's own
    ///   example is for.
    public init(channels: Int = 2, hasPassword: Bool = false) {
        contacts = Contacts(0...(channels - 1))
        self.hasPassword = hasPassword
    }

    private static let nonce = "60dc59c6"

    private func isLoggedIn(_ request: ModelRequest) -> Bool {
        guard hasPassword else { return true }
        guard let header = request.authorization, header.hasPrefix("Digest ") else { return false }
        let parts = [
            "username=\"admin\"", "realm=\"shellyplus2pm-a8032ab636ec\"", "nonce=\"\(Self.nonce)\"",
            "uri=\"\(request.target)\"", "algorithm=SHA-256", "qop=auth",
        ]
        return parts.allSatisfy { header.contains($0) }
    }

    public func answer(_ request: ModelRequest) -> ModelResponse {
        guard isLoggedIn(request) else {
            let challenge = "Digest qop=\"auth\", realm=\"shellyplus2pm-a8032ab636ec\", nonce=\"\(Self.nonce)\""
            return ModelResponse(
                status: 401, body: "", headers: ["WWW-Authenticate": challenge + ", algorithm=SHA-256"])
        }
        guard request.path == "/rpc", request.method == "POST",
            let frame = try? JSONDecoder().decode(DataValue.self, from: Data(request.body)),
            let method = frame["method"]?.string
        else { return .notFound }
        let number = frame["id"]?.integer ?? 0
        let parameters = frame["params"]
        guard let channel = parameters?["id"]?.integer.flatMap({ Int(exactly: $0) }),
            let before = contacts.says(channel)
        else { return failed(number, 404, "No handler for \(method)") }
        switch method {
        case "Switch.Set":
            guard let isOn = parameters?["on"]?.bool else {
                return failed(number, -103, "Missing required argument 'on'!")
            }
            let timer = parameters?["toggle_after"]?.double.map { Duration.milliseconds(Int64($0 * 1000)) }
            _ = contacts.set(channel, isOn, for: timer)
            return done(number, "{\"was_on\":\(before)}")
        case "Switch.GetStatus":
            let power = before ? "5.5" : "0.0"
            return done(
                number,
                "{\"id\":\(channel),\"source\":\"HTTP_in\",\"output\":\(before),\"apower\":\(power),"
                    + "\"voltage\":230.5,\"current\":0.025,\"temperature\":{\"tC\":40.1,\"tF\":104.2}}")
        default: return failed(number, 404, "No handler for \(method)")
        }
    }

    private func done(_ number: Int64, _ result: String) -> ModelResponse {
        .json("{\"id\":\(number),\"src\":\"shellyplus2pm-a8032ab636ec\",\"result\":\(result)}")
    }

    private func failed(_ number: Int64, _ code: Int, _ message: String) -> ModelResponse {
        .json(
            "{\"id\":\(number),\"src\":\"shellyplus2pm-a8032ab636ec\",\"error\":{\"code\":\(code),\"message\":\"\(message)\"}}"
        )
    }
}
