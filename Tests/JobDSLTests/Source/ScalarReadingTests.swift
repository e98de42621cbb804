import JobDSL
import LabModel
import Testing

@Suite struct ScalarReadingTests {
    private func value(_ text: String) throws -> YAMLNode { try #require(try YAMLText.read("v: \(text)")["v"]) }

    @Test(arguments: [("yes", true), ("Off", false), ("true", true), ("FALSE", false)])
    func booleansTakeTheWordsOfYAML11(_ text: String, _ expected: Bool) throws {
        #expect(Findings().bool(try value(text), "v") == expected)
    }

    @Test(arguments: ["'true'", "1", "y", "[true]"])
    func otherThingsAreNoBooleans(_ text: String) throws {
        let findings = Findings()
        #expect(findings.bool(try value(text), "v") == nil)
        #expect(findings.diagnostics.count == 1)
    }

    @Test(arguments: [("5", 5), ("-7", -7), ("0", 0), ("+3", 3)])
    func wholeNumbersAreDecimal(_ text: String, _ expected: Int) throws {
        #expect(Findings().int(try value(text), "v") == expected)
    }

    @Test(arguments: ["017", "0o17", "1:30", "1_000", "1.0", "'5'", "99999999999999999999", "--1"])
    func ambiguousNumbersAreRefused(_ text: String) throws {
        #expect(Findings().int(try value(text), "v") == nil)
    }

    @Test(arguments: [
        ("yes", "true or false"), ("Off", "true or false"), ("017", "a number in base 8"),
        ("1:30", "a number in base 60"),
    ])
    func textThatYAML11ReadsOtherwiseIsKeptWithAWarning(_ text: String, _ reading: String) throws {
        let findings = Findings()
        #expect(findings.string(try value(text), "v") == text)
        #expect(findings.diagnostics.map(\.severity) == [.warning])
        #expect(findings.diagnostics[0].message.contains(reading))
        #expect(findings.diagnostics[0].suggestion == "put it in quotes")
        #expect(findings.diagnostics[0].position == SourcePosition(line: 1, column: 4))
    }

    @Test(arguments: ["'yes'", "1.10", "08", "true", "2001-01-01", "10:99", "a:b"])
    func otherTextIsKeptInSilence(_ text: String) throws {
        let findings = Findings()
        #expect(findings.string(try value(text), "v") == text.filter { $0 != "'" })
        #expect(findings.diagnostics.isEmpty)
    }

    @Test(arguments: [
        ("2s", Duration.seconds(2)), ("300 ms", .milliseconds(300)), ("1m", .seconds(60)), ("1.5h", .seconds(5400)),
        ("5", .seconds(5)), ("0.25", .milliseconds(250)), ("{minutes: 2}", .seconds(120)),
        ("{milliseconds: 7}", .milliseconds(7)),
    ])
    func durationsInAllTheirForms(_ text: String, _ expected: Duration) throws {
        #expect(Findings().duration(try value(text), "v") == expected)
    }

    @Test(arguments: [
        "0", "-1", "soon", "1e30", "5 parsecs", "{seconds: 1, minutes: 1}", "{weeks: 1}", "[1]", "99999d",
    ])
    func whatIsNoDurationIsRefused(_ text: String) throws {
        let findings = Findings()
        #expect(findings.duration(try value(text), "v") == nil)
        #expect(findings.hasErrors)
    }

    @Test func uninterpretedDataKeepsWhatANumberWouldLose() throws {
        let node = try YAMLText.read("{a: 1, b: 1.5, c: 1.10, d: 007, e: on, f: ~, g: [x, '1'], h: 0x10, i: .inf}")
        let expected: DataValue = [
            "a": 1, "b": 1.5, "c": "1.10", "d": "007", "e": true, "f": nil, "g": ["x", "1"], "h": "0x10", "i": ".inf",
        ]
        #expect(DataValue(node) == expected)
    }

    @Test func findingsStopAtTheirLimit() {
        let findings = Findings(limit: 3)
        for line in 1...10 { findings.error(at: SourcePosition(line: line, column: 1), "e\(line)") }
        #expect(findings.diagnostics.count == 4)
        #expect(findings.diagnostics.last?.message == "there is more; only the first 3 are shown")
    }
}
