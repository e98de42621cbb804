import Foundation
import LabModel
import PowerCut
import SystemPackage
import Testing

@Suite struct ResumeTests {
    private func setUp(_ seed: Int) -> (trace: ToyTrace, boot: ToyBoot, chance: Chance) {
        var chance = Chance(UInt64(500_000 + seed))
        let trace = ToyTrace(&chance, sectors: 8, writes: 8, volatile: 5)
        return (trace, ToyBoot(seed: chance.next(), sectors: 8, steps: 8), chance)
    }

    @Test func everyPrefixOfAJournalLeadsToTheSameReportWithoutARepeatedBoot() throws {
        for seed in 0..<6 {
            let (trace, boot, start) = setUp(seed)
            var chance = start
            let space = try trace.space()
            let plan = ToyCampaign.plan([.prefix, .torn, .subsets, .nested, .adversary])
            var whole = ToyCampaign(plan, space)
            whole.run(&chance) { boot.outcome($0) }
            for kept in 0...whole.journal.count {
                var resumed = ToyCampaign(plan, space)
                resumed.machine.resume(Array(whole.journal.prefix(kept)))
                resumed.run(&chance) { boot.outcome($0) }
                if resumed.machine.report != whole.machine.report { Issue.record("another report after \(kept)") }
                if resumed.booted != Array(whole.booted.dropFirst(kept)) { Issue.record("boots repeated at \(kept)") }
            }
        }
    }

    @Test func boardsInParallelRepeatNoBootEither() throws {
        for seed in 0..<20 {
            let (trace, boot, start) = setUp(seed)
            var chance = start
            let space = try trace.space()
            let plan = ToyCampaign.plan([.prefix, .torn, .subsets, .adversary], jobs: 3)
            var whole = ToyCampaign(plan, space)
            whole.run(limit: 5 + chance.upTo(20), &chance) { boot.outcome($0) }
            var resumed = ToyCampaign(plan, space)
            resumed.machine.resume(whole.journal)
            resumed.run(&chance) { boot.outcome($0) }
            let asked = whole.journal.map { [$0.state.description, "\($0.reason)"] }
            let again = resumed.journal.map { [$0.state.description, "\($0.reason)"] }
            #expect(Set(asked).isDisjoint(with: again))
            #expect(resumed.machine.report.isSound)
            #expect(resumed.machine.report.boots == asked.count + again.count)
        }
    }

    @Test func aStoppedCampaignEndsWithWhatItHas() throws {
        let (trace, boot, start) = setUp(1)
        var chance = start
        var campaign = ToyCampaign(ToyCampaign.plan([.prefix, .torn]), try trace.space())
        campaign.run(limit: 1, &chance) { boot.outcome($0) }
        campaign.machine.stop()
        for number in 1...2 {
            campaign.machine.finished(
                number, BootOutcome(facts: TrialFacts(end: .infrastructure), log: ReadLog()), elapsed: .seconds(9))
        }
        #expect(campaign.machine.next(elapsed: .seconds(10)).status == .finished)
        #expect(campaign.machine.report.end == .stopped)
    }

    @Test func budgetsEndACampaignAndAreReported() throws {
        let (trace, boot, start) = setUp(2)
        var chance = start
        let space = try trace.space()
        var plan = ToyCampaign.plan([.prefix, .torn, .subsets])
        plan.boots = 3
        var campaign = ToyCampaign(plan, space)
        campaign.run(&chance) { boot.outcome($0) }
        #expect(campaign.machine.report.models.reduce(0) { $0 + $1.boots } == 3)
        #expect(campaign.machine.report.end == .outOfBoots)
        #expect(campaign.machine.report.models.contains { !$0.coverage.isComplete && $0.withoutBudget > 0 })
        plan.boots = .max
        plan.time = .seconds(2)
        campaign = ToyCampaign(plan, space)
        campaign.run(&chance) { boot.outcome($0) }
        #expect(campaign.machine.report.end == .outOfTime)
    }

    @Test func theJournalKeepsWhatWasAppendedAndForgetsWhatIsNotWhole() throws {
        let (trace, boot, start) = setUp(3)
        var chance = start
        var campaign = ToyCampaign(ToyCampaign.plan([.prefix, .nested]), try trace.space())
        campaign.run(limit: 6, &chance) { boot.outcome($0) }
        let identity = campaign.machine.identity
        try TemporaryFolder.with { folder in
            let path = folder.appending("a.journal")
            do {
                let journal = try CampaignJournal(path: path.string, identity: identity)
                #expect(journal.entries.isEmpty)
                for entry in campaign.journal { try journal.append(entry) }
            }
            #expect(try CampaignJournal(path: path.string, identity: identity).entries == campaign.journal)
            let bytes = try TemporaryFolder.read(path)
            for length in stride(from: 0, to: bytes.count, by: 5) {
                try check(Array(bytes.prefix(length)), folder, identity, campaign.journal)
            }
            for place in bytes.indices where place % 11 == 0 {
                var altered = bytes
                altered[place] ^= 0x40
                try check(altered, folder, identity, campaign.journal)
            }
            #expect(throws: (any Error).self) { try CampaignJournal(path: path.string, identity: "another") }
            #expect(throws: (any Error).self) { try CampaignJournal.entries(path: path.string, identity: "another") }
        }
    }

    /// Who looks at a campaign that runs changes nothing of its journal, not even what is half written.
    @Test func aJournalIsReadWhileItIsWritten() throws {
        let (trace, boot, start) = setUp(3)
        var chance = start
        var campaign = ToyCampaign(ToyCampaign.plan([.prefix]), try trace.space())
        campaign.run(limit: 6, &chance) { boot.outcome($0) }
        try TemporaryFolder.with { folder in
            let path = folder.appending("a.journal")
            do {
                let journal = try CampaignJournal(path: path.string, identity: "x")
                for entry in campaign.journal { try journal.append(entry) }
            }
            let torn = Array(try TemporaryFolder.read(path).dropLast(3))
            try Data(torn).write(to: URL(filePath: path.string))
            let entries = try CampaignJournal.entries(path: path.string, identity: "x")
            #expect(entries == Array(campaign.journal.dropLast()))
            #expect(try TemporaryFolder.read(path) == torn)
        }
    }

    @Test func aJournalThatCannotBeOpenedLeavesNothingOpen() throws {
        try TemporaryFolder.with { folder in
            let path = folder.appending("a.journal").string
            #expect(mkfifo(path, 0o600) == 0)
            func open() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
            func attempt() { _ = try? CampaignJournal(path: path, identity: "x") }
            attempt()
            let before = open()
            for _ in 0..<200 { attempt() }
            // Other tests open files too, but not as many.
            #expect(open() < before + 150)
        }
    }

    // A damaged journal has an intact beginning, or is refused as that of another campaign; and it can be gone on with.
    private func check(_ bytes: [UInt8], _ folder: FilePath, _ identity: String, _ whole: [JournalEntry]) throws {
        let path = folder.appending("damaged.journal")
        try TemporaryFolder.write(path, bytes)
        guard let journal = try? CampaignJournal(path: path.string, identity: identity) else { return }
        let kept = journal.entries
        if !whole.starts(with: kept) { Issue.record("wrong entries") }
        guard kept.count < whole.count, kept.count % 2 == 0 else { return }
        try journal.append(whole[kept.count])
        let again = try CampaignJournal(path: path.string, identity: identity).entries
        if again != Array(whole.prefix(kept.count + 1)) { Issue.record("appending after damage loses entries") }
    }
}
