import DeviceModels
import Glibc

/// The commands of a running server, over a Unix socket: one line in, one line out, then the connection ends.
final class BenchControl: Sendable {
    private let plugs: [USBIPPlug]
    private let listener: UnixSocket

    init?(path: String, plugs: [USBIPPlug]) {
        guard let listener = UnixSocket.listening(at: path) else { return nil }
        self.listener = listener
        self.plugs = plugs
    }

    /// Serves until `quit`.
    func run() {
        while let peer = listener.accept() {
            let words = (peer.line() ?? "").split(separator: " ").map(String.init)
            let answer = answer(words)
            peer.write(answer + "\n")
            peer.close()
            if words == ["quit"] { return }
        }
    }

    private func answer(_ words: [String]) -> String {
        let chosen = words.count > 1 ? plugs.filter { $0.name == words[1] } : plugs
        guard !chosen.isEmpty || words == ["quit"] else { return "error: there is no device of that name" }
        switch words.first {
        case "list":
            return "ok " + plugs.map { "\($0.name)=\($0.port.map(String.init) ?? "out")" }.joined(separator: " ")
        case "attach":
            for plug in chosen {
                do throws(USBIPPlug.Failure) { try plug.plugIn() } catch { return "error: \(error)" }
            }
            return "ok"
        case "detach":
            for plug in chosen { plug.pullOut() }
            // The answer comes when they are out: whoever asked may plug in again.
            for _ in 0..<500 where chosen.contains(where: { $0.port != nil }) { usleep(10_000) }
            return chosen.allSatisfy { $0.port == nil } ? "ok" : "error: still in"
        case "vanish" where words.count > 2:
            guard let requests = Int(words[2]), requests > 0 else { return "error: how many requests?" }
            let takesLast = words.count < 4 || words[3] == "after"
            for plug in chosen { plug.vanish(.init(requests: requests, takesLast: takesLast)) }
            return "ok"
        case "quit": return "ok"
        default: return "error: list, attach, detach, vanish or quit"
        }
    }
}
