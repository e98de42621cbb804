import LabModel
import PowerCut
import Testing

@Suite struct VerdictTests {
    private let rules = VerdictRules(oldVersion: "v1", newVersion: "v2")

    @Test(arguments: [
        (TrialFacts(end: .alive, version: "v1"), Verdict.old, Verdict.lostUpdate),
        (TrialFacts(end: .alive, version: "v2", isWhole: true), .new, .new),
        (TrialFacts(end: .alive, version: "v1", sawNewVersion: true), .fellBack, .fellBack),
        (TrialFacts(end: .alive, version: "v2", isWhole: false), .corrupt, .corrupt),
        (TrialFacts(end: .alive, version: "v1", isHealed: false), .healFailed, .healFailed),
        (TrialFacts(end: .alive, version: "v3"), .undecided, .undecided),
        (TrialFacts(end: .alive), .undecided, .undecided),
        (TrialFacts(end: .bootloaderPrompt), .bootloader, .bootloader),
        (TrialFacts(end: .rebootLoop), .loop, .loop),
        (TrialFacts(end: .silence), .hang, .hang),
        (TrialFacts(end: .infrastructure, version: "v2"), .undecided, .undecided),
    ])
    func factsBecomeAVerdict(facts: TrialFacts, before: Verdict, after: Verdict) {
        #expect(rules.verdict(facts, afterSuccess: false) == before)
        #expect(rules.verdict(facts, afterSuccess: true) == after)
    }

    @Test(
        arguments: [
            ("3", nil, .new), ("3", 3, .new), ("3", 4, .lostUpdate), ("none", 0, .undecided), (nil, 1, .undecided),
            (nil, nil, .new),
        ] as [(String?, Int?, Verdict)])
    func whatWasAcknowledgedHasToBeThere(kept: String?, acknowledged: Int?, verdict: Verdict) {
        let facts = TrialFacts(end: .alive, version: "v2", isWhole: true, confirmedVersion: kept)
        #expect(rules.verdict(facts, afterSuccess: false, acknowledged: acknowledged) == verdict)
    }

    @Test func undecidedNeverPasses() {
        let generous = VerdictPolicy(
            beforeSuccess: Set(Verdict.allCases), afterSuccess: Set(Verdict.allCases),
            inPhase: ["flip": Set(Verdict.allCases)])
        #expect(!generous.allows(.undecided, phase: "flip", afterSuccess: false))
        #expect(generous.allows(.hang, phase: nil, afterSuccess: true))
    }

    @Test func aPhaseMayAllowMore() {
        let policy = VerdictPolicy(inPhase: ["confirm": [.fellBack]])
        #expect(policy.allows(.fellBack, phase: "confirm", afterSuccess: true))
        #expect(!policy.allows(.fellBack, phase: "flip", afterSuccess: true))
        #expect(policy.allows(.fellBack, phase: "flip", afterSuccess: false))
    }
}
