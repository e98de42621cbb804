import Foundation
import LabModel
import Testing

@testable import LabStore

@Suite struct LogFormatTests {
    private let at = WallTime(nanoseconds: 1_787_220_000_123_456_789)

    @Test func entriesHaveTheShapeOfLAVA() {
        let line = LogLine.bytes(LogEntry(at: at, level: .target, message: "U-Boot \"x\"\t\u{1b}[0m", namespace: "dut"))
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"dt": "2026-08-20T10:00:00.123456+00:00", "lvl": "target", "msg": "U-Boot \"x\"\t\u001b[0m", "ns": "dut"}"#
                + "\n")
    }

    @Test(
        arguments: [
            "plain", "quote \" backslash \\ newline \n return \r nul \u{0} del \u{7f} é 🙂", "",
            ["case": "boot", "measurement": 1.5, "n": 3, "ok": true, "none": nil, "list": ["a", 2]],
        ] as [DataValue])
    func messagesAreGoodJSON(message: DataValue) throws {
        let line = LogLine.bytes(LogEntry(at: at, level: .results, message: message))
        let entry = try JSONDecoder().decode([String: DataValue].self, from: Data(line))
        #expect(entry["msg"] == message)
        #expect(line.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    }

    @Test(
        arguments: [
            (["hunter2"], "pw hunter2!", "pw [MASKED]!"),
            (["hunter2"], "hunter2hunter2", "[MASKED][MASKED]"),
            (["abc", "abcdef"], "xabcdefx", "x[MASKED]x"),
            (["ab"], "ab stays", "ab stays"),
            (["übér"], "das übér da", "das [MASKED] da"),
            (["first line\nsecond line\nab"], "second line", "[MASKED]"),
            (["first line\nsecond line\nab"], "ab", "ab"),
            ([], "nothing", "nothing"),
        ] as [([String], String, String)])
    func secretsAreMasked(secrets: [String], text: String, masked: String) {
        #expect(SecretMask(secrets).apply(to: text) == masked)
    }

    @Test func secretsInsideMapsAreMasked() {
        let value = SecretMask(["token"]).apply(to: ["a": ["my token", 1], "token": "b"])
        #expect(value == ["a": ["my [MASKED]", 1], "[MASKED]": "b"])
    }
}
