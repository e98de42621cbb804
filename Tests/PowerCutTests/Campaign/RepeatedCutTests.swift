import LabModel
import PowerCut
import SystemPackage
import Testing

/// Cuts during recovery, against boots of plain arrays.
@Suite struct RepeatedCutTests {
    @Test(arguments: 0..<4) func nestedStatesHaveTheVerdictThatBootingThemWouldGive(part: Int) throws {
        for seed in 0..<100 {
            var chance = Chance(UInt64(900_000 + part * 1000 + seed))
            let trace = ToyTrace(&chance, sectors: 4 + chance.upTo(6), writes: 1 + chance.upTo(5), volatile: 3)
            let boot = ToyBoot(seed: chance.next(), sectors: trace.base.count, steps: 4 + chance.upTo(12))
            var plan = ToyCampaign.plan([.prefix, .nested], jobs: 1 + chance.upTo(2))
            plan.starts = Array(0...trace.writes.count)
            plan.nestedDepth = 3
            try check(plan, trace, boot, &chance)
        }
    }

    @Test(arguments: 0..<4) func theAdversarysChainsAreThoseOfRepeatedBoots(part: Int) throws {
        for seed in 0..<100 {
            var chance = Chance(UInt64(700_000 + part * 1000 + seed))
            let trace = ToyTrace(&chance, sectors: 4 + chance.upTo(6), writes: 1 + chance.upTo(5), volatile: 3)
            let boot = ToyBoot(seed: chance.next(), sectors: trace.base.count, steps: 4 + chance.upTo(12))
            var plan = ToyCampaign.plan([.torn, .adversary])
            plan.starts = Array(0...trace.writes.count)
            try check(plan, trace, boot, &chance)
        }
    }

    @Test func whatIsNotKeptOfABootIsSaid() throws {
        let trace = ToyTrace(
            base: [UInt8](repeating: 0, count: 100),
            events: [.write(sector: 1, values: [1], isFUA: false, isAmbiguous: false)])
        var plan = ToyCampaign.plan([.nested])
        plan.starts = [0]
        plan.nestedDepth = 1
        var campaign = ToyCampaign(plan, try trace.space())
        var chance = Chance(1)
        campaign.run(&chance) { state in
            var disk = ViewDisk(state)
            for sector in 2..<92 where disk.read(sector) == 0 { disk.write(sector, 1) }
            return BootOutcome(
                facts: TrialFacts(end: .alive, version: "v1"), log: disk.view.readLog, recording: disk.view.recording)
        }
        let report = campaign.machine.report
        #expect(report.results.count == 65)
        #expect(report.models[0].coverage.leftOut == 26 && !report.models[0].coverage.isComplete)
        let document = CampaignDocument(report, of: try trace.space(), title: "t", line: "l")
        #expect(document.gaps.contains { $0.hasPrefix("nested: 26 cuts within recovery boots were not made") })
        // The journal remembers it too.
        try TemporaryFolder.with { folder in
            let path = folder.appending("a.journal").string
            for entry in campaign.journal {
                try CampaignJournal(path: path, identity: campaign.machine.identity).append(entry)
            }
            let entries = try CampaignJournal(path: path, identity: campaign.machine.identity).entries
            #expect(entries == campaign.journal && entries.first?.outcome.recording.leftOut == 26)
        }
    }

    @Test func anAttemptCounterThatRunsOutIsFound() throws {
        // Sector 0 counts the attempts left; a board without one stays in its boot loader.
        let trace = ToyTrace(
            base: [4, 0], events: [.write(sector: 1, values: [1], isFUA: false, isAmbiguous: false)])
        var plan = ToyCampaign.plan([.prefix, .adversary])
        plan.starts = [0]
        plan.census = false
        var campaign = ToyCampaign(plan, try trace.space())
        var chance = Chance(1)
        campaign.run(&chance) { state in
            var disk = ViewDisk(state)
            let left = disk.read(0)
            if left > 0 { disk.write(0, left - 1) }
            let facts = TrialFacts(end: left == 0 ? .bootloaderPrompt : .alive, version: left == 0 ? nil : "v1")
            return BootOutcome(facts: facts, log: disk.view.readLog, recording: disk.view.recording)
        }
        let report = campaign.machine.report
        #expect(report.results.filter { !$0.isAllowed }.map(\.id.description) == ["w0/1/1/1/1"])
        #expect(report.explanations.first?.passing?.description == "w0/1/1/1")
        #expect(report.explanations.first?.flip == .recovery)
    }

    private func check(_ plan: CampaignPlan, _ trace: ToyTrace, _ boot: ToyBoot, _ chance: inout Chance) throws {
        var campaign = ToyCampaign(plan, try trace.space())
        campaign.run(&chance) { boot.outcome($0) }
        let report = campaign.machine.report
        var expected: Set<StateID> = []
        for start in 0...trace.writes.count {
            collect(.prefix(start), trace.disk { $0 <= start }, plan, boot, &expected)
        }
        let repeated = report.results.filter { $0.model == .nested || $0.model == .adversary }
        if Set(repeated.map(\.id)) != expected { Issue.record("other states than those of \(trace)") }
        for result in repeated {
            var disk = trace.disk { $0 <= result.id.update.writes }
            for cut in result.id.recoveries { disk = boot.run(from: disk).disk.after(cut.writes, from: disk) }
            let facts = report.classes[try #require(result.classIndex)].facts
            if facts.essence != boot.run(from: disk).facts.essence {
                Issue.record("\(result.id) of \(trace) is wrong")
            }
        }
        if !report.recheck.wrong.isEmpty { Issue.record("unsound: \(report.recheck)") }
    }

    // The states that the plan's last model consists of, by booting all of them.
    private func collect(
        _ id: StateID, _ disk: [UInt8], _ plan: CampaignPlan, _ boot: ToyBoot, _ states: inout Set<StateID>
    ) {
        states.insert(id)
        let (facts, after) = boot.run(from: disk)
        let isNested = plan.models.contains(.nested)
        guard id.recoveries.count < (isNested ? plan.nestedDepth : plan.adversaryCuts) else { return }
        let verdict = plan.rules.verdict(facts, afterSuccess: false)
        if isNested, !plan.policy.allows(verdict, phase: nil, afterSuccess: false) { return }
        let cuts = isNested ? after.written.count : min(1, after.written.count)
        for cut in 1..<cuts + 1 {
            collect(id.recovery(cutAfter: cut), after.after(cut, from: disk), plan, boot, &states)
        }
    }
}
