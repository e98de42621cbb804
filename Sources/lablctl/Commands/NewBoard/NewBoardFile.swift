import JobDSL
import LabModel

/// The file of a new board.
struct NewBoardFile: Hashable {
    var type: String
    /// A terminal of the lab's host; nil for a board without console.
    var console: String?
    var power: Power?
    var tags: [String] = []
    var description: String?

    /// A channel of a device that labd's configuration names.
    struct Power: Hashable {
        var device: String
        var channel: Int

        /// `relays:3`; a device alone means its channel 1.
        init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard let name = parts.first, !name.isEmpty, parts.count <= 2 else { return nil }
            guard let channel = parts.count == 1 ? 1 : Int(parts[1]), (0...255).contains(channel) else { return nil }
            device = String(name)
            self.channel = channel
        }
    }

    /// As YAML, in the order in which people read it.
    var text: String {
        var lines = ["type: \(quoted(type))", "driver: lab"]
        if !tags.isEmpty { lines.append("tags: [\(tags.map(quoted).joined(separator: ", "))]") }
        if let description { lines.append("description: \(quoted(description))") }
        var options: [String] = []
        if let power { options.append("  power: {device: \(quoted(power.device)), channel: \(power.channel)}") }
        if let console { options.append("  console: {device: \(quoted(console))}") }
        if !options.isEmpty { lines += ["options:"] + options }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Plain where every reader takes it as text, else in quotes.
    private func quoted(_ text: String) -> String {
        let isPlain =
            text.first?.isLetter == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./".contains($0)) }
            && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(text.lowercased())
        if isPlain || (text.hasPrefix("/") && text.dropFirst().allSatisfy { $0.isASCII && !" #,{}[]'\"".contains($0) })
        {
            return text
        }
        return "'" + text.replacing("'", with: "''") + "'"
    }
}
