import Foundation
import LabModel

/// A NETIO socket strip, as its maker's description of the JSON protocol has it.
public final class NETIOModel: HTTPDeviceModel {
    public let contacts: Contacts
    private let login: String

    /// - Parameter login: `user:password` in base 64.
    public init(outputs: Int = 4, login: String = "bmV0aW86bmV0aW8=") {
        contacts = Contacts(1...outputs)
        self.login = login
    }

    public func answer(_ request: ModelRequest) -> ModelResponse {
        guard request.path == "/netio.json" else { return .notFound }
        guard request.authorization == "Basic " + login else {
            return ModelResponse(
                status: 401, body: "", headers: ["WWW-Authenticate": "Basic realm=\"NETIO\""])
        }
        if request.method == "POST" {
            guard let frame = try? JSONDecoder().decode(DataValue.self, from: Data(request.body)),
                let outputs = frame["Outputs"]?.list
            else { return ModelResponse(status: 400, body: "{\"result\":{\"error\":{\"code\":400}}}") }
            for output in outputs { act(output) }
        }
        let outputs = contacts.channels.map { channel in
            let state = contacts.says(channel) == true ? 1 : 0
            return "{\"ID\":\(channel),\"Name\":\"output_\(channel)\",\"State\":\(state),\"Action\":6,\"Delay\":500,"
                + "\"Current\":\(state * 100),\"PowerFactor\":0.9,\"Phase\":0.0,\"Load\":\(state * 20),\"Energy\":7}"
        }
        return .json(
            "{\"Agent\":{\"Model\":\"4PS\",\"Version\":\"4.0.5\",\"JSONVer\":\"2.4\",\"DeviceName\":\"strip\","
                + "\"VendorID\":0,\"OemID\":0,\"SerialNumber\":\"24A42C39181E\",\"Uptime\":100,"
                + "\"Time\":\"2025-01-01T00:00:00+01:00\",\"NumOutputs\":\(contacts.channels.count)},"
                + "\"GlobalMeasure\":{\"Voltage\":230.1,\"Frequency\":50.0,\"TotalCurrent\":0},"
                + "\"Outputs\":[\(outputs.joined(separator: ","))]}")
    }

    private func act(_ output: DataValue) {
        guard let channel = output["ID"]?.integer.flatMap({ Int(exactly: $0) }), let now = contacts.says(channel) else {
            return
        }
        let delay = Duration.milliseconds(output["Delay"]?.integer ?? 500)
        switch output["Action"]?.integer {
        case 0: _ = contacts.set(channel, false)
        case 1: _ = contacts.set(channel, true)
        case 2: _ = contacts.set(channel, false, for: delay)
        case 3: _ = contacts.set(channel, true, for: delay)
        case 4: _ = contacts.set(channel, !now)
        default: break
        }
    }
}
