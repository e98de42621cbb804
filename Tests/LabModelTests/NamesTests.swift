import LabModel
import Testing

@Suite struct NamesTests {
    @Test(arguments: [
        ("plain text", "plain text"),
        ("a.b*c", #"a\.b\*c"#),
        (#"\^$.|?*+()[]{}"#, #"\\\^\$\.\|\?\*\+\(\)\[\]\{\}"#),
        ("=> ", "=> "),
        ("", ""),
    ])
    func literalPatternsEscapeWhatIsSpecial(text: String, expression: String) {
        #expect(ConsolePattern.literal(text).expression == expression)
    }

    @Test(
        arguments: [("1", 1), ("42", 42), ("0", nil), ("-1", nil), ("x", nil), ("", nil), ("1.0", nil)]
            as [(String, Int64?)])
    func jobNumbersArePositive(text: String, number: Int64?) {
        #expect(JobID(text)?.rawValue == number)
    }

    @Test(
        arguments: [("pass", .pass), ("FAIL", .fail), ("Skip", .skip), ("unknown", .unknown), ("ok", nil)]
            as [(String, TestResult?)])
    func resultsAreReadWhateverTheirCase(text: String, result: TestResult?) {
        #expect(TestResult(name: text) == result)
    }

    @Test func statesCarryTheNumbersOfLAVA() {
        #expect(
            JobState.allCases.map(\.name) == [
                "Submitted", "Scheduling", "Scheduled", "Running", "Canceling", "Finished",
            ])
        #expect(JobHealth.allCases.map(\.name) == ["Unknown", "Complete", "Incomplete", "Canceled"])
        #expect(BoardState.allCases.map(\.name) == ["Idle", "Reserved", "Running"])
        #expect(BoardHealth.allCases.map(\.name) == ["Good", "Unknown", "Looping", "Bad", "Maintenance", "Retired"])
        #expect(BoardHealth.allCases.filter(\.acceptsJobs) == [.good, .unknown])
        #expect(JobState.running < .finished)
    }
}
