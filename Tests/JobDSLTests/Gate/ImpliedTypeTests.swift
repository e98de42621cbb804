import Testing

@testable import JobDSL

@Suite struct ImpliedTypeTests {
    @Test(arguments: ["0", "-5", "+5", "007", "0b1_0", "0x_F", "1_000", "1:30", "190:20:30", "-1:59", "0_7"])
    func wholeNumbers(_ text: String) { #expect(ImpliedType.of(text) == .int) }

    @Test(arguments: ["1.5", "1.", "-1.5e+3", ".5", "1_0.0_1", "1:30.5", ".inf", "-.Inf", ".NaN", "0.1", "08.5"])
    func numbers(_ text: String) { #expect(ImpliedType.of(text) == .float) }

    @Test(arguments: ["2026-02-03", "2026-2-3 4:05:06", "2026-02-03T04:05:06.7Z", "2026-02-03 04:05:06 +1:00"])
    func dates(_ text: String) { #expect(ImpliedType.of(text) == .timestamp) }

    @Test(arguments: ["yes", "No", "TRUE", "off", "On"])
    func booleans(_ text: String) { #expect(ImpliedType.of(text) == .bool) }

    @Test(arguments: ["", "~", "null", "Null", "NULL"])
    func nothing(_ text: String) { #expect(ImpliedType.of(text) == .null) }

    @Test(arguments: [
        "y", "n", "nUll", "yEs", "08", "1e3", "1.5e3", "0o17", "0b2", "0x", "1:60", "-.nan", "-.5", ".", "-", "+",
        "--1",
        "1:", "2026-2-3", "2026-02-03x", "5 minutes", "1,000", "<<", "_1",
    ])
    func text(_ text: String) { #expect(ImpliedType.of(text) == .text) }
}
