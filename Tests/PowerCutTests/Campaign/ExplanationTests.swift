import LabModel
import PowerCut
import Testing

@Suite struct ExplanationTests {
    private func write(_ sector: Int, _ value: UInt8 = 1) -> ToyTrace.Event {
        .write(sector: sector, values: [value], isFUA: false, isAmbiguous: false)
    }

    /// Runs a campaign against a board that reads all sectors and is alive where `isAlive` says so.
    private func report(
        _ trace: ToyTrace, _ models: [ModelName], census: Bool = false, _ facts: ([UInt8]) -> TrialFacts
    ) throws -> CampaignReport {
        var plan = ToyCampaign.plan(models)
        plan.census = census
        var campaign = ToyCampaign(plan, try trace.space())
        var chance = Chance(1)
        campaign.run(&chance) { state in
            var disk = ViewDisk(state)
            let values = trace.base.indices.map { disk.read($0) }
            return BootOutcome(facts: facts(values), log: disk.view.readLog)
        }
        return campaign.machine.report
    }

    private let brick = TrialFacts(end: .bootloaderPrompt)
    private let old = TrialFacts(end: .alive, version: "v1")
    private let new = TrialFacts(end: .alive, version: "v2")

    @Test func aPrefixThatBricksNamesItsWriteAndItsWindow() throws {
        // The name is there from write 2 on, the content from write 4 on.
        let trace = ToyTrace(
            base: [0, 0, 0, 0],
            events: [.phase("flip"), write(0), write(1), write(2), write(3), .flush(isAmbiguous: false)])
        let report = try report(trace, [.prefix]) { $0[1] == 1 && $0[3] == 0 ? brick : $0[1] == 1 ? new : old }
        let explanation = try #require(report.explanations.first)
        #expect(report.results.filter { !$0.isAllowed }.map(\.id.description) == ["w2", "w3"])
        #expect(explanation.state.description == "w2" && explanation.passing?.description == "w1")
        #expect(explanation.flip == .presence && explanation.writes == [2] && explanation.phase == "flip")
        #expect(explanation.failingCuts == 2...3)
        #expect(explanation.named.map(\.number) == [2] && explanation.named.first?.offset == 512)
        #expect(explanation.ending?.number == 4)
        #expect(explanation.cause == "write 2 is on the disk: raw, byte 512")
        // Events are a millisecond apart: writes 2 and 4 two, write 2 and the flush three, the whole five.
        let width = try #require(explanation.width)
        #expect(width.inOrder == .milliseconds(2) && width.cached == .milliseconds(3))
        #expect(width.relayCuts(window: .milliseconds(2)) == 8)
    }

    @Test func aLostWriteIsFoundInSubsetsOnly() throws {
        let trace = ToyTrace(base: [0, 0, 0, 0], events: [write(0), write(1), write(2), .flush(isAmbiguous: false)])
        let report = try report(trace, [.prefix, .torn, .subsets]) { $0[2] == 1 && $0[0] == 0 ? brick : old }
        let explanation = try #require(report.explanations.first)
        #expect(report.results.allSatisfy { $0.isAllowed || $0.model == .subsets })
        #expect(explanation.minimal.description == "w0-3{3}")
        #expect(explanation.flip == .presence && explanation.writes == [3])
        #expect(explanation.passing?.description == "w0-3{}")
        #expect(explanation.named.map(\.number) == [3])
        // Write 1 arriving too would have saved the board.
        #expect(explanation.ending?.number == 1)
        #expect(report.models[2].coverage.epochs[0].failingFraction > 0)
    }

    @Test func aWriteWhoseAbsenceBricksIsNamed() throws {
        let trace = ToyTrace(
            base: [0, 0, 0], events: [write(0), write(1), write(2), .flush(isAmbiguous: false)])
        let report = try report(trace, [.subsets], census: true) { $0[1] == 0 ? brick : old }
        let explanation = try #require(report.explanations.first)
        #expect(explanation.flip == .absence && explanation.writes == [2])
        #expect(explanation.passing == (try StateID(parsing: "w0-3{1,2}")))
        #expect(report.models[0].coverage.epochs[0].failingFraction == 0.5)
    }

    @Test func aTornWriteIsNamed() throws {
        let trace = ToyTrace(
            base: [0, 0, 0, 0], events: [.write(sector: 0, values: [1, 1, 1], isFUA: false, isAmbiguous: false)])
        let report = try report(trace, [.prefix, .torn]) { $0[0] != $0[2] ? brick : old }
        let explanation = try #require(report.explanations.first)
        #expect(explanation.state.description == "w0:first1")
        #expect(explanation.flip == .tearing && explanation.writes == [1] && explanation.passing?.description == "w0")
    }

    @Test func oneFailureIsEnoughUnlessAskedForAll() throws {
        let trace = ToyTrace(base: [0, 0, 0, 0], events: [write(0), write(1), write(2), write(3)])
        let one = try report(trace, [.subsets]) { _ in brick }
        #expect(one.boots < 16 && one.models[0].coverage.epochs[0].skippedFraction == 15.0 / 16)
        #expect(one.models[0].coverage.epochs[0].fraction == 1.0 / 16)
        let all = try report(trace, [.subsets], census: true) { _ in brick }
        #expect(all.models[0].coverage.epochs[0].failingFraction == 1 && all.models[0].coverage.isComplete)
    }

    @Test func aWriteLostAfterSuccessIsALostUpdate() throws {
        // The flag is flushed after the report of success only.
        let trace = ToyTrace(
            base: [0, 0],
            events: [write(0), .flush(isAmbiguous: false), write(1), .success, .flush(isAmbiguous: false)])
        let report = try report(trace, [.prefix, .subsets]) { $0[1] == 1 ? new : old }
        let lost = report.results.filter { !$0.isAllowed }
        #expect(lost.map(\.id.description) == ["w1-2{}"] && lost.map(\.verdict) == [.lostUpdate])
    }

    /// The board counts how many of its first two sectors are written.
    private func counted(_ values: [UInt8]) -> TrialFacts {
        let kept = values.prefix(2).prefix { $0 == 1 }.count
        return TrialFacts(end: .alive, version: "v2", confirmedVersion: String(kept))
    }

    @Test func whatWasAcknowledgedBeforeItsFlushIsLost() throws {
        // The second is acknowledged before it is flushed: a disk that writes in order keeps it, one with a cache need not.
        let trace = ToyTrace(
            base: [0, 0, 0],
            events: [
                write(0), .flush(isAmbiguous: false), .acknowledged(1), write(1), .acknowledged(2), write(2),
                .flush(isAmbiguous: false),
            ])
        let report = try report(trace, [.prefix, .subsets], census: true, counted)
        let lost = report.results.filter { !$0.isAllowed }
        #expect(lost.allSatisfy { $0.model == .subsets && $0.verdict == .lostUpdate }, "\(lost)")
        #expect(Set(lost.map(\.id.description)) == ["w1-3{3}", "w1-3{}"], "\(lost.map(\.id.description))")
        #expect(report.explanations.first?.verdict == .lostUpdate)
    }

    @Test func whatWasFlushedBeforeItsAcknowledgementIsKept() throws {
        let trace = ToyTrace(
            base: [0, 0, 0],
            events: [
                write(0), .flush(isAmbiguous: false), .acknowledged(1), write(1), .flush(isAmbiguous: false),
                .acknowledged(2), write(2), .flush(isAmbiguous: false),
            ])
        let report = try report(trace, [.prefix, .torn, .subsets], census: true, counted)
        #expect(report.passes && report.models.allSatisfy(\.coverage.isComplete))
    }

    @Test func whatIsAcknowledgedTooEarlyFailsInOrderToo() throws {
        let trace = ToyTrace(
            base: [0, 0, 0],
            events: [write(0), .flush(isAmbiguous: false), .acknowledged(2), write(1), .flush(isAmbiguous: false)])
        let report = try report(trace, [.prefix], counted)
        #expect(report.results.filter { !$0.isAllowed }.map(\.id.description) == ["w1"])
    }

    @Test func aFlushBeforeTheReportOfSuccessSavesTheUpdate() throws {
        let trace = ToyTrace(base: [0, 0], events: [write(0), write(1), .flush(isAmbiguous: false), .success])
        let report = try report(trace, [.prefix, .subsets]) { $0[1] == 1 ? new : old }
        #expect(report.passes)
    }
}
