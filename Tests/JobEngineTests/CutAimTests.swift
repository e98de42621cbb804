import LabModel
import Testing

@testable import JobEngine

@Suite struct CutAimTests {
    private let timeline = UpdateTimeline(
        marks: [
            .init(name: "copy", at: .milliseconds(100)), .init(name: "flip", at: .milliseconds(400)),
            .init(name: "copy", occurrence: 2, at: .milliseconds(500)),
        ], end: .milliseconds(900))

    private func aim(_ moment: Int, lead: Int = 0) -> CutAim {
        CutAim(moment: .milliseconds(moment), lead: .milliseconds(lead), in: timeline)
    }

    @Test func theLastMarkBeforeTheCommandIsWaitedFor() {
        #expect(aim(250).phase == "copy")
        #expect(aim(250).delay == .milliseconds(150))
        #expect(aim(40).phase == nil)
        #expect(aim(40).delay == .milliseconds(40))
    }

    @Test func theCommandIsGivenBeforeThePowerHasToBeGone() {
        #expect(aim(410, lead: 30).phase == "copy")
        #expect(aim(410, lead: 30).delay == .milliseconds(280))
        #expect(aim(10, lead: 30).delay == .zero)
    }

    @Test func aPhaseThatComesAgainIsReachedFromTheMarkBefore() {
        #expect(timeline.phases.map(\.name) == ["start", "copy", "flip", "copy-2"])
        #expect(aim(600).phase == "flip")
        #expect(aim(600).delay == .milliseconds(200))
    }

    @Test(arguments: [
        (#"LABD-PHASE (\S+)\s"#, #"LABD-PHASE (?:a\.b)\s"#), (#"phase=\((?<name>[^)(]+)\)"#, #"phase=\((?:a\.b)\)"#),
        (#"(?:x|y) \(([a-z]+(b|c)?)\)$"#, #"(?:x|y) \((?:a\.b)\)$"#), ("no group", #"a\.b"#),
        (#"\Q(\E(\S+)"#, #"\Q(\E(?:a\.b)"#), (#"[]()](\S+)"#, #"[]()](?:a\.b)"#),
    ])
    func aPhasesMarkIsFoundByItsName(_ phases: String, _ expected: String) {
        #expect(PhasePattern.naming("a.b", in: phases).expression == expected)
    }
}
