/// A relay with the Tasmota firmware, as the firmware's documentation of its commands has it.
public final class TasmotaModel: HTTPDeviceModel {
    public let contacts: Contacts
    private let password: String?

    public init(channels: Int = 2, password: String? = nil) {
        contacts = Contacts(1...channels)
        self.password = password
    }

    public func answer(_ request: ModelRequest) -> ModelResponse {
        guard request.path == "/cm", let command = request.fields["cmnd"] else { return .notFound }
        if let password, request.fields["user"] != "admin" || request.fields["password"] != password {
            return ModelResponse(status: 401, body: "{\"WARNING\":\"Need user=<username>&password=<password>\"}")
        }
        let words = command.split(separator: " ").map { $0.lowercased() }
        if words == ["status", "8"] {
            return .json(
                "{\"StatusSNS\":{\"Time\":\"2025-01-01T00:00:00\",\"ENERGY\":"
                    + "{\"Power\":[7,8],\"Voltage\":231,\"Current\":[0.030,0.035]}}}")
        }
        guard let name = words.first, name.hasPrefix("power"), words.count <= 2 else {
            return .json("{\"Command\":\"Unknown\"}")
        }
        let channel = Int(name.dropFirst(5)) ?? 1
        guard let now = contacts.says(channel) else { return .json("{\"Command\":\"Unknown\"}") }
        switch words.dropFirst().first {
        case "on", "1": _ = contacts.set(channel, true)
        case "off", "0": _ = contacts.set(channel, false)
        case "toggle", "2": _ = contacts.set(channel, !now)
        default: break
        }
        // A device with one relay does not number it.
        let key = contacts.channels == 1...1 ? "POWER" : "POWER\(channel)"
        return .json("{\"\(key)\":\"\(contacts.says(channel) == true ? "ON" : "OFF")\"}")
    }
}
