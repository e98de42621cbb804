/// A Shelly relay of generation 1, as its maker's description of the HTTP interface has it.
public final class Shelly1Model: HTTPDeviceModel {
    public let contacts: Contacts
    private let login: String?

    /// - Parameter login: `user:password` in base 64, which basic authentication must bring.
    public init(channels: Int = 2, login: String? = nil) {
        contacts = Contacts(0...(channels - 1))
        self.login = login
    }

    public func answer(_ request: ModelRequest) -> ModelResponse {
        if let login, request.authorization != "Basic " + login {
            return ModelResponse(
                status: 401, body: "401 Unauthorized", headers: ["WWW-Authenticate": "Basic realm=\"shelly\""])
        }
        let parts = request.path.split(separator: "/")
        if parts == ["status"] {
            let meters = contacts.channels.map { "{\"power\":\($0).5,\"is_valid\":true}" }
            return .json("{\"meters\":[\(meters.joined(separator: ","))]}")
        }
        guard parts.count == 2, parts[0] == "relay", let channel = Int(parts[1]), contacts.channels.contains(channel)
        else { return .notFound }
        if let turn = request.fields["turn"] {
            guard turn == "on" || turn == "off" else { return ModelResponse(status: 400, body: "Bad turn") }
            let timer = request.fields["timer"].flatMap { Int($0) }
            _ = contacts.set(channel, turn == "on", for: timer.map { .seconds($0) })
        }
        let isOn = contacts.says(channel) ?? false
        let hasTimer = contacts.pulses.contains { $0.channel == channel }
        return .json("{\"ison\":\(isOn),\"has_timer\":\(hasTimer),\"overpower\":false,\"source\":\"http\"}")
    }
}
