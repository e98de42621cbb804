import Foundation
import LabModel

/// A Shelly relay of generation 2 or later, as its maker's description of the RPC protocol has it.
public final class Shelly2Model: HTTPDeviceModel {
    public let contacts: Contacts

    public init(channels: Int = 2) { contacts = Contacts(0...(channels - 1)) }

    public func answer(_ request: ModelRequest) -> ModelResponse {
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
