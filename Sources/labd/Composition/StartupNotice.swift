import BoardServices
import LabAPI
import LabModel

/// What a person wants to know when labd has come up.
struct StartupNotice {
    var addresses: [ListeningAddress]
    var places: StatePlaces
    var hasToken: Bool
    var boards: [BoardName]
    /// What is wrong with board files.
    var faults: [Diagnostic]
    var tftp: ServiceAvailability

    /// For the terminal.
    var block: String {
        var rows = addresses.map(\.description).sorted().map { ("API", $0) }
        if hasToken { rows.append(("token", "\(places.token), for the TCP port")) }
        rows += [("state", places.root), ("log", places.log), ("boards", list)]
        if case .listening(let address, let port) = tftp { rows.append(("TFTP", "\(address):\(port)")) }
        rows += faults.prefix(20).map { ("wrong", $0.description) }
        if faults.count > 20 { rows.append(("wrong", "and \(faults.count - 20) more: lablctl boards")) }
        let lines = rows.map { "  " + $0.0 + String(repeating: " ", count: 8 - $0.0.count) + $0.1 + "\n" }
        return "labd \(labdVersion) serves; Ctrl-C or SIGTERM stops it\n" + lines.joined()
    }

    /// For the log.
    var line: String {
        "labd \(labdVersion) serves at \(addresses.map(\.description).sorted().joined(separator: ", ")); "
            + "state in \(places.root), boards: \(list)"
    }

    private var list: String {
        let names = boards.prefix(20).map(\.rawValue).joined(separator: ", ")
        return boards.isEmpty ? "none" : boards.count > 20 ? "\(names) and \(boards.count - 20) more" : names
    }
}
