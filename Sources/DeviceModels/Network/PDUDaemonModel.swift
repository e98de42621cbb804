/// A pdudaemon with its HTTP listener and one PDU, as its documentation has it.
public final class PDUDaemonModel: HTTPDeviceModel {
    public let contacts: Contacts
    private let pdu: String

    public init(pdu: String = "pdu-1", ports: Int = 4) {
        self.pdu = pdu
        contacts = Contacts(1...ports)
    }

    public func answer(_ request: ModelRequest) -> ModelResponse {
        let parts = request.path.split(separator: "/")
        guard parts.count == 3, parts[0] == "power", parts[1] == "control" else { return .notFound }
        guard request.fields["hostname"] == pdu, let port = request.fields["port"].flatMap({ Int($0) }),
            parts[2] == "on" || parts[2] == "off", contacts.set(port, parts[2] == "on")
        else { return ModelResponse(status: 500, body: "Invalid request\n") }
        return ModelResponse(status: 200, body: "OK - accepted request\n")
    }
}
