import LabWire
import Testing

@testable import lablctl

@Suite struct DiagnosticViewTests {
    private let text = "job_name: x\nactions:\n- boot:\n    metod: minimal\n"

    private func view(width: Int? = nil) -> DiagnosticView {
        DiagnosticView(
            style: TextStyle(usesColour: false, usesUnicode: false, width: width), file: "a.yaml", text: text)
    }

    @Test func aCaretStandsUnderTheColumn() {
        let diagnostic = DiagnosticInfo(
            severity: "error", line: 4, column: 5, message: "unknown key", suggestion: "did you mean `method`?")
        #expect(
            view().lines(for: diagnostic) == [
                "a.yaml:4:5: error: unknown key",
                "4 |     metod: minimal",
                "  |     ^",
                "  help: did you mean `method`?",
            ])
    }

    @Test(arguments: [(0, 1), (99, 1), (2, 0)])
    func placesOutsideTheTextShowNoLine(line: Int, column: Int) {
        let diagnostic = DiagnosticInfo(severity: "warning", line: line, column: column, message: "m")
        #expect(view().lines(for: diagnostic) == ["a.yaml:\(line):\(column): warning: m"])
    }

    @Test func longLinesAreShownAroundTheCaret() throws {
        let long = "key: " + String(repeating: "x", count: 300) + "HERE" + String(repeating: "y", count: 300)
        let style = TextStyle(usesColour: false, usesUnicode: false, width: 60)
        let view = DiagnosticView(style: style, file: "a.yaml", text: long)
        let lines = view.lines(for: DiagnosticInfo(severity: "error", line: 1, column: 306, message: "m"))
        let caret = try #require(lines[2].firstIndex(of: "^"))
        #expect(lines[1].count <= 60)
        #expect(lines[1][caret...].hasPrefix("HERE"))
    }

    @Test func tabsCountAsOneColumn() {
        let view = DiagnosticView(style: .plain, file: "a", text: "\tkey: x")
        let lines = view.lines(for: DiagnosticInfo(severity: "error", line: 1, column: 2, message: "m"))
        #expect(lines[1] == "1 |  key: x")
        #expect(lines[2] == "  |  ^")
    }

    @Test func whatDoesNotRunIsNamed() {
        let lines = view().lines(for: UnsupportedInfo(name: "boot method: grub", line: 3, column: 3))
        #expect(lines.first == "a.yaml:3:3: unsupported: boot method: grub does not run yet")
    }

    @Test func offlineValidationPointsAtMistakes() {
        let validation = OfflineValidation.validate("job_name: x\nactoins: []\n", file: "a.yaml")
        #expect(!validation.valid)
        #expect(validation.diagnostics.contains { $0.line == 2 && $0.message.contains("actoins") })
        #expect(OfflineValidation.sentence(validation).hasPrefix("not a valid job: "))
    }

    @Test func sentencesCount() {
        let plan = PlanSummary(name: "n", deviceType: "sim", blocks: ["boot", "test"])
        #expect(OfflineValidation.sentence(Validation(valid: true, plan: plan)) == "a valid job for sim: boot, test")
        let missing = Validation(valid: true, unsupported: [UnsupportedInfo(name: "x", line: 1, column: 1)], plan: plan)
        #expect(
            OfflineValidation.sentence(missing) == "a valid job that labd does not run yet: 1 unsupported feature")
    }
}
