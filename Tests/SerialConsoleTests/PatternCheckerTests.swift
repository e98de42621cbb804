import LabModel
import SerialConsole
import Testing

@Suite struct PatternCheckerTests {
    @Test func whatCanBeSearchedForPasses() throws {
        let expressions = [#"root@[^\n]*# $"#, "(?<=x)y", #"(?P<test_case_id>\S+) (?P<result>pass|fail)"#]
        try PatternChecker().check(expressions.map { ConsolePattern($0) })
        try PatternChecker().check([])
    }

    @Test(arguments: ["[# ", "(", "a{1,100000}", String(repeating: "x", count: 5000)])
    func whatCannotIsTheJobsFault(expression: String) {
        let failure = #expect(throws: Failure.self) {
            try PatternChecker().check([ConsolePattern("fine"), ConsolePattern(expression)])
        }
        #expect(failure?.type == .job)
        #expect(failure?.message.contains(expression.prefix(80)) == true)
    }
}
