/// A command that shows a board's console, understood.
enum ConsoleCommand: Hashable {
    /// A terminal of the lab's host.
    case terminal(path: String, baud: Int?)
    /// A port that somebody serves.
    case network(host: String, port: String)
    case other

    init(_ words: [String]) {
        let rest = Array(words.dropFirst())
        switch CommandWords.program(words) {
        case "picocom", "microcom", "cu", "minicom", "tio":
            let options = CommandOptions(
                rest, takingValues: ["-b", "--baud", "-l", "-p", "--port", "-s", "--speed", "-D", "--device", "-d"])
            let path = (options.others + [options.value("-l", "-p", "--port", "-D", "--device")].compactMap { $0 })
                .first { $0.hasPrefix("/dev/") }
            self =
                path.map {
                    .terminal(path: $0, baud: options.value("-b", "--baud", "-s", "--speed").flatMap { Int($0) })
                } ?? .other
        case "screen":
            let place = rest.firstIndex { $0.hasPrefix("/dev/") }
            let behind = place.flatMap { $0 + 1 < rest.count ? rest[$0 + 1] : nil }
            let baud = behind?.split(separator: ",").first.flatMap { Int($0) }
            self = place.map { .terminal(path: rest[$0], baud: baud) } ?? .other
        case "telnet", "nc", "ncat", "netcat":
            let options = CommandOptions(rest, takingValues: ["-w", "-i", "-e", "-l"])
            self = options.others.count == 2 ? .network(host: options.others[0], port: options.others[1]) : .other
        case "socat":
            let address = rest.lazy.compactMap { word -> [Substring]? in
                let parts = word.split(separator: ",")[0].split(separator: ":")
                let isTCP = ["TCP", "TCP4", "TCP6", "TCP-CONNECT"].contains(parts.first?.uppercased())
                return isTCP && parts.count == 3 ? parts : nil
            }.first
            self = address.map { .network(host: String($0[1]), port: String($0[2])) } ?? .other
        default: self = .other
        }
    }
}
