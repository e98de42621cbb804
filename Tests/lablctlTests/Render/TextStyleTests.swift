import LabModel
import Testing

@testable import lablctl

@Suite struct TextStyleTests {
    private func style(_ environment: [String: String], isTerminal: Bool = true) -> TextStyle {
        TextStyle(environment: environment, isTerminal: isTerminal, columns: 80)
    }

    @Test func coloursAreForTerminals() {
        #expect(style(["TERM": "xterm"]).usesColour)
        #expect(!style(["TERM": "xterm"], isTerminal: false).usesColour)
        #expect(!style(["TERM": "dumb"]).usesColour)
        #expect(!style(["TERM": "xterm", "NO_COLOR": "1"]).usesColour)
        #expect(style(["TERM": "xterm", "NO_COLOR": ""]).usesColour)
    }

    @Test func theLocaleDecidesAboutMarks() {
        #expect(style(["LANG": "en_US.UTF-8"]).mark(.pass).contains("✓"))
        #expect(style(["LANG": "C"], isTerminal: false).mark(.pass) == "[ok]")
        #expect(!style(["LANG": "en_US.UTF-8", "LC_ALL": "C"]).usesUnicode)
    }

    @Test func microsecondsHaveTheirSignWhereItCanBeShown() {
        #expect(style(["LANG": "C.UTF-8"]).length(0.0004) == "400 µs")
        #expect(TextStyle.plain.length(0.0004) == "400 us")
        #expect(style(["LANG": "C.UTF-8"]).length(0.4) == "400 ms")
    }

    @Test func filesHaveNoWidth() {
        #expect(style([:], isTerminal: false).width == nil)
        #expect(style([:]).width == 80)
    }

    @Test func cutTextSaysSo() {
        #expect(TextStyle.plain.fitted("abcdef", to: 4) == "abc~")
        #expect(style(["LANG": "C.UTF-8"]).fitted("abcdef", to: 4) == "abc…")
        #expect(TextStyle.plain.fitted("abc", to: 3) == "abc")
        #expect(TextStyle.plain.fitted("abc", to: 0).isEmpty)
    }

    @Test(arguments: [
        ("plain", "plain"), ("a\tb", "a\tb"), ("\u{1B}[31mred\u{1B}[0m", "red"), ("\u{1B}]0;title\u{7}x", "x"),
        ("\u{1B}]0;title\u{1B}\\x", "x"), ("a\rb", "ab"), ("\u{9B}31mx", "31mx"), ("\u{1B}", ""), ("\u{0}\u{7F}", ""),
    ])
    func whatBoardsPrintIsHarmless(text: String, shown: String) {
        #expect(SafeText.line(text) == shown)
    }
}
