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

@Suite struct WrappingTests {
    private let style = TextStyle.plain

    @Test(arguments: [
        ("", 10, [""]), ("one two", 10, ["one two"]), ("one two three", 7, ["one two", "three"]),
        ("a `lablctl kick x` now", 16, ["a", "`lablctl kick x`", "now"]), ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("a ` b", 3, ["a `", "b"]), ("  two  spaces ", 20, ["  two  spaces"]),
        ("[    1.0] panic", 12, ["[    1.0]", "panic"]),
    ])
    func linesBreakAtSpacesButNotInCommands(text: String, columns: Int, lines: [String]) {
        #expect(style.wrapped(text, to: columns) == lines)
    }

    @Test func coloursTakeNoRoom() {
        let colours = TextStyle(usesColour: true, usesUnicode: true, width: 12)
        let text = colours.paint("red", .red) + " and more words"
        #expect(
            colours.wrapped(text, to: 12).map { $0.replacing("\u{1B}[31m", with: "").replacing("\u{1B}[0m", with: "") }
                == ["red and more", "words"])
    }

    @Test func whatGoesOnStandsUnderItsBeginning() {
        let narrow = TextStyle(usesColour: false, usesUnicode: false, width: 26)
        #expect(
            narrow.hanging("name  ", "one two three four five six") == [
                "name  one two three four", "      five six",
            ])
        #expect(
            narrow.hanging("a margin that leaves nothing  ", "one two") == ["a margin that leaves nothing  one two"])
        #expect(style.hanging("name  ", "one two") == ["name  one two"])
    }
}
