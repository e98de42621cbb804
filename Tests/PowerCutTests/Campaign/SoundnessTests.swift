import LabModel
import PowerCut
import Testing

@Suite struct SoundnessTests {
    private func trace() -> ToyTrace {
        ToyTrace(
            base: [UInt8](repeating: 0, count: 40),
            events: (0..<40).map { .write(sector: $0, values: [1], isFUA: false, isAmbiguous: false) })
    }

    @Test func aBoardThatThrowsDiceIsFoundUnsound() throws {
        var chance = Chance(3)
        var dice = Chance(4)
        var campaign = ToyCampaign(ToyCampaign.plan([.prefix]), try trace().space())
        campaign.run(&chance) { state in
            var disk = ViewDisk(state)
            _ = disk.read(20)
            let facts = TrialFacts(end: .alive, version: dice.upTo(2) == 0 ? "v1" : "v2")
            return BootOutcome(facts: facts, log: disk.view.readLog)
        }
        let report = campaign.machine.report
        #expect(!report.isSound && !report.passes)
        #expect(report.recheck.wrong.first.map { $0.expected.version != $0.got.version } == true)
        #expect(report.recheck.bound == nil)
        #expect(report.recheck.wrong.prefix(3).allSatisfy { $0.expectedAgain != nil && $0.gotAgain != nil })
    }

    /// A pruned state is wrong whatever a second boot says; the second boot says why.
    @Test(arguments: RecheckResult.WrongAnswer.Reason.allKnown)
    func aWrongAnswerIsLookedInto(reason: RecheckResult.WrongAnswer.Reason) throws {
        var chance = Chance(3)
        var plan = ToyCampaign.plan([.prefix])
        plan.recheckFraction = 1
        var campaign = ToyCampaign(plan, try trace().space())
        var boots: [StateID: Int] = [:]
        campaign.run(&chance) { state in
            boots[state.id, default: 0] += 1
            let isAgain = (boots[state.id] ?? 0) > 1
            var disk = ViewDisk(state)
            _ = disk.read(0)
            var hidden = ViewDisk(state)
            let isPastTwenty = hidden.read(20) != 0
            // Everything from w1 on looks the same at sector 0; w21 on does something else.
            var version = isPastTwenty ? "v2" : "v1"
            switch reason {
            case .representativeVaries: if !isPastTwenty, isAgain { version = "v2" }
            case .stateVaries: if isPastTwenty, isAgain { version = "v1" }
            case .readsVary: if isAgain { _ = disk.read(20) }
            case .unseen, .unknown: break
            }
            return BootOutcome(facts: TrialFacts(end: .alive, version: version), log: disk.view.readLog)
        }
        let report = campaign.machine.report
        #expect(!report.isSound)
        // Whichever was booted first is the representative of the rest.
        let first = try #require(report.recheck.wrong.first)
        let isRepresentativeOld = first.expected.version == "v1"
        let expected: RecheckResult.WrongAnswer.Reason =
            switch reason {
            case .representativeVaries where !isRepresentativeOld: .stateVaries
            case .stateVaries where !isRepresentativeOld: .representativeVaries
            default: reason
            }
        #expect(first.reason == expected)
        #expect(report.recheck.wrong.dropFirst(3).allSatisfy { $0.reason == .unknown })
    }

    @Test func readsThatBypassTheRecorderAreFoundUnsound() throws {
        var chance = Chance(3)
        var plan = ToyCampaign.plan([.prefix])
        plan.recheckFraction = 1
        var campaign = ToyCampaign(plan, try trace().space())
        campaign.run(&chance) { state in
            var seen = ViewDisk(state)
            var hidden = ViewDisk(state)
            _ = seen.read(0)
            let version = hidden.read(20) == 0 ? "v1" : "v2"
            return BootOutcome(facts: TrialFacts(end: .alive, version: version), log: seen.view.readLog)
        }
        #expect(!campaign.machine.report.isSound)
    }

    @Test func sampleIsTenAndOnePercentOfWhatWasNotBooted() throws {
        var chance = Chance(3)
        var campaign = ToyCampaign(ToyCampaign.plan([.prefix]), try trace().space())
        campaign.run(&chance) { state in
            var disk = ViewDisk(state)
            let version = disk.read(20) == 0 ? "v1" : "v2"
            return BootOutcome(facts: TrialFacts(end: .alive, version: version), log: disk.view.readLog)
        }
        let report = campaign.machine.report
        #expect(report.recheck.candidates == 39)
        #expect(report.recheck.rebooted == 11)
        #expect(report.recheck.bound.map { abs($0 - 3.0 / 11) < 1e-9 } == true)
        #expect(report.boots == 13 && report.classes.count == 2 && report.passes)
    }

    @Test func aLabThatFailsDecidesNothing() throws {
        var chance = Chance(3)
        var campaign = ToyCampaign(ToyCampaign.plan([.prefix]), try trace().space())
        campaign.run(&chance) { _ in BootOutcome(facts: TrialFacts(end: .infrastructure), log: ReadLog()) }
        let report = campaign.machine.report
        #expect(report.results.allSatisfy { $0.verdict == .undecided && !$0.isAllowed })
        #expect(report.boots == 41 * 3 && report.models[0].undecided == 41 && !report.passes)
        #expect(!report.models[0].coverage.isComplete)
    }

    @Test func aHiccupOfTheLabIsTriedAgain() throws {
        var chance = Chance(3)
        var count = 0
        var campaign = ToyCampaign(ToyCampaign.plan([.prefix]), try trace().space())
        campaign.run(&chance) { state in
            count += 1
            guard count % 2 == 0 else { return BootOutcome(facts: TrialFacts(end: .infrastructure), log: ReadLog()) }
            var disk = ViewDisk(state)
            _ = disk.read(20)
            return BootOutcome(facts: TrialFacts(end: .alive, version: "v1"), log: disk.view.readLog)
        }
        #expect(campaign.machine.report.passes)
    }
}

extension RecheckResult.WrongAnswer.Reason {
    static let allKnown: [Self] = [.representativeVaries, .stateVaries, .readsVary, .unseen]
}
