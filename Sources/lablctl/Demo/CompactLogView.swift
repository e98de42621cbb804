import LabModel
import LabWire

/// A job's log in few lines: what a newcomer should see stays, the rest passes by in one line that is overwritten.
struct CompactLogView {
    var style: TextStyle

    enum Shown: Hashable {
        /// Stays on the screen.
        case line(String)
        /// Overwritten by what comes next.
        case passing(String)
    }

    func shown(for entry: LogLine) -> Shown? {
        switch LogLevel(rawValue: entry.lvl) {
        case .target: return target(SafeText.line(LogView.plainText(entry.msg)))
        case .warning, .error, .exception, .results: return kept(entry)
        case .info, .input:
            let text = SafeText.line(LogView.plainText(entry.msg))
            return text.isEmpty ? nil : .passing(text)
        case .debug, .feedback, nil: return nil
        }
    }

    /// The lines of a board that tell where it is.
    static let landmarks = [
        "U-Boot 2", "Starting kernel", "Linux version ", "LABD-", "Kernel panic", "Bad Linux", "ERROR: can't",
    ]

    private func target(_ text: String) -> Shown? {
        let text = text.trimmedOfWhitespace
        guard !text.isEmpty, !text.hasPrefix("<LAVA_") else { return nil }
        // A command that is echoed names its marker too, but never at its start.
        let isLandmark = Self.landmarks.contains { mark in
            mark == "LABD-" ? text.hasPrefix(mark) && !text.hasPrefix("LABD-STATUS") : text.contains(mark)
        }
        return isLandmark ? .line("\(style.paint("|", .dim)) \(text)") : .passing(text)
    }

    // Of the job's own steps only what went wrong is news.
    private func kept(_ entry: LogLine) -> Shown? {
        if entry.msg["definition"]?.string == "lava", entry.msg["result"]?.string != TestResult.fail.name { return nil }
        return LogView(style: style).line(for: entry).map { .line($0) }
    }
}

/// Lines that stay, above one that changes.
struct LiveScreen: Sendable {
    let output: Output

    func show(_ shown: CompactLogView.Shown) {
        switch shown {
        case .line(let text):
            erase()
            output.line("     " + (output.style.usesColour ? text : output.style.fitted(text, to: width)))
        case .passing(let text):
            guard output.isTerminal else { return }
            let line = output.style.paint(output.style.fitted(text, to: width), .dim)
            output.write(Array("\r\u{1B}[K     \(line)".utf8))
        }
    }

    /// Takes the changing line away.
    func erase() {
        if output.isTerminal { output.write(Array("\r\u{1B}[K".utf8)) }
    }

    private var width: Int { (output.style.width ?? 120) - 6 }
}
