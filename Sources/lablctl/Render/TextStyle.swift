import Glibc
import LabModel

/// How text is shown: with colours or without, in which characters, how wide.
struct TextStyle: Hashable, Sendable {
    var usesColour: Bool
    /// Whether the terminal shows more than ASCII.
    var usesUnicode: Bool
    /// Columns; nil when nothing is to be fitted.
    var width: Int?

    /// No colours, ASCII, any width.
    static let plain = TextStyle(usesColour: false, usesUnicode: false, width: nil)

    /// Decides from the environment: no colours with `NO_COLOR` (no-color.org), a dumb terminal or none.
    init(environment: [String: String], isTerminal: Bool, columns: Int?) {
        let isDumb = environment["TERM"] == "dumb"
        usesColour = isTerminal && !isDumb && (environment["NO_COLOR"] ?? "").isEmpty
        // The first of the three that is set decides (POSIX, Environment Variables, 8.2).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let charset = locale.lowercased()
        usesUnicode = charset.contains("utf-8") || charset.contains("utf8")
        width = isTerminal ? columns : nil
    }

    init(usesColour: Bool, usesUnicode: Bool, width: Int?) {
        self.usesColour = usesColour
        self.usesUnicode = usesUnicode
        self.width = width
    }

    /// The style for a file of this process.
    static func of(descriptor: Int32) -> TextStyle {
        var size = winsize()
        let hasSize = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return TextStyle(
            environment: HostEnvironment.variables, isTerminal: isatty(descriptor) == 1,
            columns: hasSize ? Int(size.ws_col) : 80)
    }

    /// `text` in `ink`.
    func paint(_ text: String, _ ink: Ink) -> String {
        guard usesColour, ink != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(ink.code)m\(text)\u{1B}[0m"
    }

    /// `text` in at most `columns` characters, with a sign where something is missing.
    func fitted(_ text: String, to columns: Int) -> String {
        guard text.count > columns else { return text }
        let sign = usesUnicode ? "…" : "~"
        return String(text.prefix(max(0, columns - 1))) + (columns > 0 ? sign : "")
    }

    /// `text` in lines of at most `columns` characters, broken at spaces, but not inside of a `command`; a word that is
    /// too long is broken anywhere. Colours count for nothing.
    func wrapped(_ text: String, to columns: Int) -> [String] {
        let columns = max(1, columns)
        var lines: [String] = []
        var (line, used) = ("", 0)
        for (spaces, word) in Self.words(text) {
            var (rest, length) = (word, Self.visibleCount(word))
            // Several spaces in a row are somebody's columns, or a console's.
            if line.isEmpty || used + spaces + length <= columns {
                rest = (lines.isEmpty || used > 0 ? String(repeating: " ", count: spaces) : "") + rest
                length = Self.visibleCount(rest)
                if used + length <= columns {
                    line += rest
                    used += length
                    continue
                }
            }
            if used > 0 { lines.append(line) }
            while length > columns {
                lines.append(String(rest.prefix(columns)))
                rest = String(rest.dropFirst(columns))
                length = Self.visibleCount(rest)
            }
            (line, used) = (rest, length)
        }
        return lines + [line]
    }

    /// `text` behind `margin`, what does not fit below it, as far in; a margin that leaves no room is left to the terminal.
    func hanging(_ margin: String, _ text: String) -> [String] {
        let used = Self.visibleCount(margin)
        guard let width, width - used >= 20 else { return [margin + text] }
        let blank = String(repeating: " ", count: used)
        return wrapped(text, to: width - used).enumerated().map { ($0 == 0 ? margin : blank) + $1 }
    }

    /// What may not be broken, words and what stands between backticks, each with the count of spaces before it.
    private static func words(_ text: String) -> [(spaces: Int, word: String)] {
        var words: [(spaces: Int, word: String)] = []
        var (spaces, word) = (0, "")
        // One that never ends quotes nothing.
        let quotes = text.count { $0 == "`" } / 2 * 2
        var seen = 0
        for character in text {
            if character == "`" { seen += 1 }
            guard character == " ", seen % 2 == 0 || seen > quotes else {
                word.append(character)
                continue
            }
            if !word.isEmpty {
                words.append((spaces, word))
                (spaces, word) = (0, "")
            }
            spaces += 1
        }
        return word.isEmpty ? words : words + [(spaces, word)]
    }

    /// Without the escape sequences of `paint`.
    private static func visibleCount(_ text: String) -> Int {
        var count = 0
        var isEscaped = false
        for character in text {
            if character == "\u{1B}" {
                isEscaped = true
            } else if isEscaped {
                isEscaped = character != "m"
            } else {
                count += 1
            }
        }
        return count
    }

    /// A length of time; microseconds have their sign where the terminal can show it.
    func length(_ seconds: Double) -> String {
        let text = Figures.seconds(seconds)
        return usesUnicode && text.hasSuffix(" us") ? text.dropLast(2) + "µs" : text
    }

    /// The mark before a result.
    func mark(_ result: TestResult) -> String {
        switch result {
        case .pass: paint(usesUnicode ? "✓" : "[ok]", .green)
        case .fail: paint(usesUnicode ? "✗" : "[FAIL]", .red)
        case .skip: paint(usesUnicode ? "○" : "[skip]", .yellow)
        case .unknown: paint("?", .yellow)
        }
    }
}

/// The colours there are.
enum Ink: Hashable, Sendable {
    case plain, bold, dim, red, green, yellow, cyan

    /// The parameter of Select Graphic Rendition (ECMA-48, 8.3.117).
    var code: Int {
        switch self {
        case .plain: 0
        case .bold: 1
        case .dim: 2
        case .red: 31
        case .green: 32
        case .yellow: 33
        case .cyan: 36
        }
    }
}
