import LabModel
import Testing

@Suite struct FailureTests {
    @Test(
        arguments: [
            (.infrastructure, "Infrastructure", true, true),
            (.configuration, "Configuration", false, true),
            (.bug, "Bug", false, true),
            (.job, "Job", true, false),
            (.test, "Test", true, false),
            (.lavaTimeout, "LAVATimeout", false, false),
            (.canceled, "Canceled", false, false),
            (.multinodeTimeout, "MultinodeTimeout", false, false),
        ] as [(ErrorType, String, Bool, Bool)])
    func errorTypesAreThoseOfLAVA(type: ErrorType, name: String, isRetried: Bool, leavesUnknown: Bool) {
        #expect(type.rawValue == name)
        #expect(type.isRetriedWithinJob == isRetried)
        #expect(type.leavesBoardUnknown == leavesUnknown)
    }

    @Test func theFirstPlaceStays() {
        let failure = Failure(.job, "wrong", advice: "mend it").placed(at: "step 1").placed(at: "job")
        #expect(failure.place == "step 1")
        #expect(failure.description == "step 1: wrong (mend it)")
    }

    @Test func diagnosticsPointAtTheirPlace() {
        let diagnostic = Diagnostic(
            .error, at: SourcePosition(file: "a.yaml", line: 3, column: 7), "unknown key", excerpt: "prioritty",
            suggestion: "did you mean `priority`?")
        #expect(
            diagnostic.description
                == "a.yaml:3:7: error: unknown key in `prioritty`; did you mean `priority`?")
    }
}
