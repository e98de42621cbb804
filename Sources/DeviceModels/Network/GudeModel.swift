/// A Gude Expert Power Control with `/status.json`, as its maker's description of the HTTP interface has it.
public final class GudeModel: HTTPDeviceModel {
    public let contacts: Contacts

    public init(outputs: Int = 4) { contacts = Contacts(1...outputs) }

    public func answer(_ request: ModelRequest) -> ModelResponse {
        guard request.path == "/status.json" else { return .notFound }
        if request.fields["cmd"] == "1", let channel = request.fields["p"].flatMap({ Int($0) }),
            let state = request.fields["s"], state == "0" || state == "1"
        {
            _ = contacts.set(channel, state == "1")
        }
        // Component 1 is the outputs.
        guard let components = request.fields["components"].flatMap({ Int($0) }), components & 1 == 1 else {
            return .json("{}")
        }
        let outputs = contacts.channels.map { channel in
            "{\"name\":\"Power Port \(channel)\",\"state\":\(contacts.says(channel) == true ? 1 : 0),"
                + "\"sw_cnt\":12,\"type\":1,\"batch\":[0,0,0,0,0],\"wdog\":[0,3,null]}"
        }
        return .json("{\"outputs\":[\(outputs.joined(separator: ","))]}")
    }
}
