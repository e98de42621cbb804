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

    /// What the board says, not what the test case is called.
    @Test func aMarkIsWaitedForAsItIsPrinted() {
        var timeline = timeline
        timeline.marks[0] = .init(name: "Writing-rootfs", printed: "Writing rootfs", at: .milliseconds(100))
        timeline.marks[1] = .init(name: "B-x", printed: "B x", isUngrouped: true, at: .milliseconds(400))
        func pattern(_ moment: Int, _ phases: String) -> String? {
            let plan = PowerCutSampling(
                name: "s", run: "update", phases: phases, alive: .init(marker: "UP"), newVersion: "v2")
            return CutAim(moment: .milliseconds(moment), lead: .zero, in: timeline).trigger(of: plan).pattern?
                .expression
        }
        #expect(pattern(200, #"PHASE: ([^\r\n]+)"#) == #"PHASE: (?:Writing rootfs)"#)
        #expect(pattern(450, #"A (\w+)|B (\w+)"#) == "B x")
    }

    @Test func aMarkNamedAsWhatComesBeforeItIsAnotherPhase() {
        let timeline = UpdateTimeline(marks: [.init(name: "start", at: .milliseconds(100))], end: .milliseconds(300))
        #expect(timeline.phases.map(\.name) == ["start", "start-1"])
        #expect(timeline.marks.map(\.phase) == ["start-1"])
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
