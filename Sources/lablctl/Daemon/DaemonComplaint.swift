/// What a labd that does not start says at the end of its output.
enum DaemonComplaint {
    /// The last `labd: …` of `lines` with what follows it, without the name; the last line when there is none.
    static func text(in lines: [String]) -> String {
        let name = "labd: "
        guard let first = lines.lastIndex(where: { $0.hasPrefix(name) }) else {
            return lines.last ?? "labd refuses its configuration and does not say why"
        }
        return lines[first...].joined(separator: "\n").dropFirst(name.count).trimmedOfWhitespace
    }
}
