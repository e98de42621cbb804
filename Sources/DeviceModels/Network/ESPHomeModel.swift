/// A device with ESPHome's web server, as its documentation of the REST interface has it.
public final class ESPHomeModel: HTTPDeviceModel {
    public let contacts: Contacts
    private let names: [String]

    public init(switches names: [String] = ["relay_1", "relay_2"]) {
        self.names = names
        contacts = Contacts(1...names.count)
    }

    public func answer(_ request: ModelRequest) -> ModelResponse {
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count >= 2, parts[0] == "switch", let place = names.firstIndex(of: parts[1]) else {
            return .notFound
        }
        let channel = place + 1
        guard parts.count == 3 else {
            let state = contacts.says(channel) == true ? "ON" : "OFF"
            return .json(
                "{\"id\":\"switch-\(parts[1])\",\"value\":\(state == "ON"),\"state\":\"\(state)\"}")
        }
        guard request.method == "POST" else { return ModelResponse(status: 405, body: "") }
        switch parts[2] {
        case "turn_on": _ = contacts.set(channel, true)
        case "turn_off": _ = contacts.set(channel, false)
        case "toggle": _ = contacts.set(channel, contacts.says(channel) == false)
        default: return .notFound
        }
        return ModelResponse(status: 200, body: "")
    }
}
