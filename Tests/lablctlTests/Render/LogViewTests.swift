import LabModel
import LabWire
import Testing

@testable import lablctl

@Suite struct LogViewTests {
    private func line(_ level: String, _ message: DataValue, colour: Bool = false, unicode: Bool = false) -> String? {
        let view = LogView(style: TextStyle(usesColour: colour, usesUnicode: unicode, width: nil))
        return view.line(for: LogLine(dt: "t", lvl: level, msg: message))
    }

    @Test func whatTheBoardPrintsStandsPlain() {
        #expect(line("target", "hello", colour: true) == "hello")
        #expect(line("target", "\u{1B}[1mhello\u{1B}[0m") == "hello")
    }

    @Test func theLabsWordsAreDimAndErrorsRed() {
        #expect(line("info", "start", colour: true) == "\u{1B}[2mstart\u{1B}[0m")
        #expect(line("error", "bad", colour: true) == "\u{1B}[31merror: bad\u{1B}[0m")
        #expect(line("exception", "bad") == "error: bad")
        #expect(line("warning", "hm") == "warning: hm")
    }

    @Test func typedLinesAreMarked() {
        #expect(line("input", "ls") == "> ls")
        #expect(line("input", "ls", unicode: true) == "» ls")
    }

    @Test func resultsHaveMarks() {
        let message: DataValue = [
            "definition": "0_hello", "case": "uptime", "result": "pass", "measurement": 4.5, "units": "seconds",
        ]
        #expect(line("results", message, unicode: true) == "✓ 0_hello/uptime = 4.5 s")
        #expect(line("results", message) == "[ok] 0_hello/uptime = 4.5 s")
        let failed: DataValue = ["definition": "lava", "case": "boot", "result": "fail", "error_msg": "no prompt"]
        #expect(line("results", failed) == "[FAIL] lava/boot: no prompt")
    }

    @Test func resultsThatAreNoneAreLeftOut() {
        #expect(line("results", ["something": "else"]) == nil)
    }

    @Test func unknownLevelsAreShown() {
        #expect(line("novel", "text") == "text")
    }

    @Test func otherMessagesHaveAShortForm() {
        #expect(line("target", ["b": 1, "a": [true, nil, 2.5]]) == "a: [true, , 2.5], b: 1")
        #expect(line("target", ["duration": 3.5098050389999997]) == "duration: 3.50981")
    }
}
