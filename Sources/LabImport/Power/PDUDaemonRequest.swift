/// A question to pdudaemon's HTTP listener: `http://HOST:PORT/power/control/on?hostname=PDU&port=N[&delay=N]`.
struct PDUDaemonRequest: Hashable {
    var host: String
    var port: Int?
    var pdu: String
    var channel: Int
    var action: PowerCommand.Action
    var delay: Int?

    init?(_ url: String) {
        guard url.hasPrefix("http://") else { return nil }
        let rest = url.dropFirst(7)
        guard let slash = rest.firstIndex(of: "/"), let question = rest.firstIndex(of: "?"), slash < question else {
            return nil
        }
        let address = rest[..<slash].split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(address.count), !address[0].isEmpty, !address[0].contains("@") else { return nil }
        host = String(address[0])
        // Without a port a URL means 80.
        port = address.count == 2 ? Int(address[1]) : 80
        guard port != nil else { return nil }
        let path = rest[slash..<question].split(separator: "/")
        guard path.count == 3, path[0] == "power", path[1] == "control",
            let action = PowerCommand.Action(rawValue: String(path[2]))
        else { return nil }
        self.action = action
        var values: [Substring: Substring] = [:]
        for pair in rest[rest.index(after: question)...].split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[1].contains("%"), !sides[1].contains("+") else { return nil }
            values[sides[0]] = sides[1]
        }
        guard Set(values.keys).isSubset(of: ["hostname", "port", "delay", "alias"]), let pdu = values["hostname"],
            !pdu.isEmpty, let channel = PowerCommand.channel(values["port"].map(String.init))
        else { return nil }
        self.pdu = String(pdu)
        self.channel = channel
        delay = values["delay"].flatMap { Int($0) }
    }
}
