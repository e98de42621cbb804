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
