import LabModel
import LabWire

/// A job's log for the terminal: what the board printed stands plain, what the lab says is dim, results have marks.
struct LogView {
    var style: TextStyle

    /// The line for an entry; nil for one that a person has no use for.
    func line(for entry: LogLine) -> String? {
        guard let level = LogLevel(rawValue: entry.lvl) else { return text(entry) }
        switch level {
        case .target: return text(entry)
        case .input: return style.paint("» \(text(entry))".asciiUnless(style.usesUnicode), .cyan)
        case .feedback: return style.paint("[\(SafeText.line(entry.ns ?? "feedback"))] \(text(entry))", .dim)
        case .debug, .info: return style.paint(text(entry), .dim)
        case .warning: return style.paint("warning: \(text(entry))", .yellow)
        case .error, .exception: return style.paint("error: \(text(entry))", .red)
        case .results: return result(entry.msg)
        }
    }

    private func text(_ entry: LogLine) -> String {
        SafeText.line(LogView.plainText(entry.msg))
    }

    private func result(_ message: DataValue) -> String? {
        guard let name = message["case"]?.string, let result = message["result"]?.string.flatMap(TestResult.init(name:))
        else { return nil }
        let suite = message["definition"]?.string
        let path = [suite, message["set"]?.string, name].compactMap { $0 }.joined(separator: "/")
        var line = "\(style.mark(result)) \(SafeText.line(path))"
        if let measurement = message["measurement"]?.double {
            let units = (message["units"] ?? message["unit"])?.string ?? ""
            line += style.paint(" = \(Figures.measurement(measurement, units: units))", .cyan)
        } else if let duration = message["duration"]?.double {
            line += style.paint(" (\(Figures.seconds(duration)))", .dim)
        }
        if let reason = message["error_msg"]?.string { line += ": " + style.paint(SafeText.line(reason), .red) }
        return line
    }

    /// A text as it is; anything else in a short form.
    static func plainText(_ value: DataValue) -> String {
        switch value {
        case .null: ""
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .double(let value): Figures.measurement(value, units: "")
        case .string(let text): text
        case .list(let elements): "[" + elements.map(plainText).joined(separator: ", ") + "]"
        case .map(let members):
            members.sorted { $0.key < $1.key }.map { "\($0.key): \(plainText($0.value))" }.joined(separator: ", ")
        }
    }
}

extension String {
    /// With the one sign of ours outside ASCII replaced, where a terminal cannot show it.
    fileprivate func asciiUnless(_ usesUnicode: Bool) -> String {
        usesUnicode || !hasPrefix("»") ? self : ">" + dropFirst()
    }
}
