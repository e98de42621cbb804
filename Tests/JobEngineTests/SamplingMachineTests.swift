import LabModel
import LabSimulation
import Testing

@testable import JobEngine

/// Campaigns over updates of which the answer is known; no board, no time.
@Suite struct SamplingMachineTests {
    static func plan(cuts: Int = 300, seed: UInt64 = 7) -> PowerCutSampling {
        PowerCutSampling(
            name: "sample", run: "update", cuts: cuts, alive: .init(marker: "UP"), oldVersion: "v1", newVersion: "v2",
            seed: seed)
    }

    static let phases: [(name: String, length: Duration)] = [
        ("start", .milliseconds(20)), ("copy", .milliseconds(4000)), ("flip", .milliseconds(180)),
        ("done", .milliseconds(300)),
    ]

    static func update(
        fails: ClosedRange<Duration>? = nil, relay: PowerPath = PowerPath(delay: .zero, jitter: .zero), seed: UInt64 = 1
    ) -> ModelUpdate {
        ModelUpdate(phases: phases, fails: fails, commits: .milliseconds(4150), relay: relay, seed: seed)
    }

    /// Runs a campaign to its end.
    static func finished(
        _ plan: PowerCutSampling, _ update: ModelUpdate, targets: [PowerCutTarget] = [], most: Int = 5000
    ) throws -> SamplingMachine {
        var machine = SamplingMachine(plan: plan, path: update.relay, targets: targets)
        var update = update
        for _ in 0..<most {
            switch machine.next() {
            case .finished: return machine
            case .dryRun: try machine.learn(update.timeline)
            case .cut(let cut):
                machine.record(
                    update.cut(cut, lead: update.relay.delay, rules: plan.rules, policy: plan.policy))
            }
        }
        throw Failure(.bug, "the campaign has no end")
    }

    // Out of the expectations, which would print whole campaigns.
    private func passes(_ report: SamplingReport) -> Bool { report.passes }
    private func failures(_ report: SamplingReport) -> Int { report.failing.count }

    static func milliseconds(_ range: ClosedRange<Int>) -> ClosedRange<Duration> {
        .milliseconds(range.lowerBound)...(.milliseconds(range.upperBound))
    }

    /// Twenty windows of a twin take none of the cuts that the bounds are made of.
    @Test func targetsComeOnTopOfTheSamples() throws {
        var plan = Self.plan(cuts: 40)
        plan.targets = .init(job: JobID(rawValue: 1), cuts: 30)
        let targets = (0..<20).map {
            PowerCutTarget(
                state: "w\($0)", verdict: .bootloader, phase: "copy", phaseLength: .seconds(4), from: .seconds(1),
                to: .seconds(2))
        }
        let machine = try Self.finished(plan, Self.update(), targets: targets)
        let report = SamplingReport(machine: machine)
        #expect(machine.end == .completed)
        #expect(report.whole.hits == 40)
        #expect(report.targets.allSatisfy { $0.counts.hits == 30 })
        #expect(passes(report))
    }

    @Test func aCleanUpdateGetsExactlyItsBound() throws {
        let report = SamplingReport(machine: try Self.finished(Self.plan(), Self.update()))
        #expect(passes(report))
        #expect(report.whole.hits == 300)
        #expect(report.whole.bounds.upper() == BinomialBounds(failures: 0, of: 300).upper())
        #expect(report.phases.map(\.name) == ["start", "copy", "flip", "done"])
        for (_, counts) in report.phases {
            #expect(counts.hits == 75)
            #expect(counts.bounds.upper() == BinomialBounds(failures: 0, of: 75).upper())
        }
        let summary = report.summary
        #expect(summary.isAllowed)
        #expect(summary.cases.map(\.isAllowed) == [true, true, true, true])
        #expect(summary.cases[2].metadata["bound"]?.double == BinomialBounds(failures: 0, of: 75).upper())
        #expect(summary.cases[2].metadata["cuts"] == .integer(75))
        #expect(summary.line.hasPrefix("300 cuts hit the update, none failing: at most 0.994 % of cuts fail (95 %)"))
    }

    @Test(arguments: [(1 as UInt64, 0), (2, 2), (3, 5), (4, 2), (5, 5), (6, 2)])
    func aFailingWindowIsFoundAndMeasured(_ seed: UInt64, _ jitter: Int) throws {
        let fatal = Self.milliseconds(4063...4091)
        let relay = PowerPath(delay: .milliseconds(12), jitter: .milliseconds(jitter))
        let machine = try Self.finished(Self.plan(seed: seed), Self.update(fails: fatal, relay: relay, seed: seed))
        let report = SamplingReport(machine: machine)
        #expect(passes(report) == false)
        #expect(report.windows.count == 1)
        let window = try #require(report.windows.first)
        #expect(window.phase == "flip")
        // The borders are those of the model, as closely as the path scatters.
        let tolerance = max(relay.jitter * 3, .milliseconds(1))
        let (from, to) = (window.from + .milliseconds(4020), window.to + .milliseconds(4020))
        #expect(abs((from - fatal.lowerBound).inSeconds) <= tolerance.inSeconds, "\(window)")
        #expect(abs((to - fatal.upperBound).inSeconds) <= tolerance.inSeconds, "\(window)")
        #expect(!window.borders.isRough)
        #expect(window.borders.uncertainty >= max(relay.jitter, .milliseconds(1)))
    }

    @Test func whatASearchCutsIsNoSample() throws {
        let machine = try Self.finished(Self.plan(), Self.update(fails: Self.milliseconds(4063...4091)))
        let report = SamplingReport(machine: machine)
        #expect(report.whole.hits == 300)
        #expect(machine.trials.count > 300)
        let flip = try #require(report.phases.first { $0.name == "flip" }?.counts)
        #expect(flip.hits == 75)
        #expect(flip.failures > 0)
        // 28 of 180 ms are fatal.
        #expect(flip.bounds.interval().contains(28.0 / 180))
        #expect(report.summary.cases.first { $0.name == "flip" }?.metadata["interval"]?.list?.count == 2)
    }

    @Test func aSingleBrickIsAFinding() throws {
        var update = Self.update(fails: Self.milliseconds(100...3900))
        update.fatalCuts = 1
        let report = SamplingReport(machine: try Self.finished(Self.plan(seed: 3), update))
        #expect(failures(report) == 1)
        #expect(passes(report) == false)
        #expect(report.summary.cases.first { $0.name == "copy" }?.isAllowed == false)
    }

    @Test func theSameSeedMakesTheSameCuts() throws {
        let fatal = Self.milliseconds(4063...4091)
        func cuts(_ seed: UInt64) throws -> [PlannedCut] {
            try Self.finished(Self.plan(cuts: 40, seed: seed), Self.update(fails: fatal)).trials.map(\.cut)
        }
        #expect(try cuts(5) == cuts(5))
        #expect(try cuts(5) != cuts(6))
    }

    @Test func aCampaignGoesOnWhereItWas() throws {
        let fatal = Self.milliseconds(4063...4091)
        let whole = try Self.finished(Self.plan(cuts: 40), Self.update(fails: fatal))
        for stop in [0, 1, 17, whole.trials.count - 1] {
            var again = SamplingMachine(plan: Self.plan(cuts: 40), path: whole.path)
            _ = again.next()
            try again.learn(whole.runs[0])
            for trial in whole.trials.prefix(stop) {
                _ = again.next()
                again.record(trial)
            }
            #expect(again.next() == .cut(whole.trials[stop].cut))
        }
    }

    @Test func invalidTrialsAreMadeAgainAndNeverPass() throws {
        var update = Self.update()
        update.stuck = [2, 3, 11]
        let report = SamplingReport(machine: try Self.finished(Self.plan(cuts: 40), update))
        #expect(report.whole.invalid == 3)
        #expect(report.whole.hits == 40)
        #expect(report.whole.cuts == 43)
        #expect(report.summary.metadata["invalid_reasons"]?.map?["console-alive"] == .integer(3))
    }

    @Test func aSwitchThatNeverWorksEndsTheCampaign() throws {
        var update = Self.update()
        update.stuck = Set(2...1000)
        let report = SamplingReport(machine: try Self.finished(Self.plan(), update))
        #expect(report.machine.end == .unfit)
        #expect(passes(report) == false)
        #expect(report.whole.hits == 1)
        #expect(report.summary.cases.contains { $0.isAllowed == nil })
    }

    @Test func trialsThatMissUseUpTheBudget() throws {
        var plan = Self.plan(cuts: 10)
        plan.budget.trials = 15
        var machine = SamplingMachine(plan: plan, path: SamplingStep.assumedPath)
        _ = machine.next()
        try machine.learn(Self.update().timeline)
        var steps = 0
        while case .cut(let cut) = machine.next() {
            machine.record(SampledCut(cut: cut, status: .missed(.updateEnded)))
            steps += 1
        }
        #expect(steps == 15)
        #expect(machine.end == .outOfTrials)
        #expect(passes(SamplingReport(machine: machine)) == false)
    }

    @Test func anUndecidedTrialIsNoPassAndNoFailure() throws {
        var machine = SamplingMachine(plan: Self.plan(cuts: 4), path: SamplingStep.assumedPath)
        _ = machine.next()
        try machine.learn(Self.update().timeline)
        while case .cut(let cut) = machine.next() {
            machine.record(SampledCut(cut: cut, status: .hit, phase: cut.phase, offset: .zero, verdict: .undecided))
        }
        let report = SamplingReport(machine: machine)
        #expect(failures(report) == 0)
        #expect(passes(report) == false)
        #expect(report.summary.cases.allSatisfy { $0.isAllowed == nil })
    }

    @Test func targetsOfATwinAreAimedAt() throws {
        // The twin took half the time; its window is at the same place of the phase.
        let target = PowerCutTarget(
            state: "w54", verdict: .bootloader, phase: "flip", phaseLength: .milliseconds(90),
            from: .milliseconds(22), to: .milliseconds(35))
        var plan = Self.plan(cuts: 4)
        plan.targets = .init(job: JobID(rawValue: 1), cuts: 20)
        let fatal = Self.milliseconds(4063...4091)
        let machine = try Self.finished(plan, Self.update(fails: fatal), targets: [target])
        let report = SamplingReport(machine: machine)
        let (stratum, counts) = try #require(report.targets.first)
        #expect(abs((stratum.from - .milliseconds(4064)).inSeconds) < 1e-6)
        #expect(abs((stratum.to - .milliseconds(4090)).inSeconds) < 1e-6)
        #expect(counts.hits == 20)
        #expect(counts.failures == 20)
        #expect(report.summary.cases.contains { $0.name == "target-w54" && $0.isAllowed == false })
        // What was aimed says nothing of how often chance would hit.
        #expect(report.whole.hits == 4)
    }

    @Test func aTargetWithoutItsPhaseIsToldBeforeAnyCut() {
        let target = PowerCutTarget(
            state: "w1", verdict: .hang, phase: "other", phaseLength: .zero, from: .zero, to: .zero)
        var machine = SamplingMachine(plan: Self.plan(), path: SamplingStep.assumedPath, targets: [target])
        let failure = #expect(throws: Failure.self) { try machine.learn(Self.update().timeline) }
        #expect(failure?.message.contains("'other'") == true)
    }

    @Test func aTriggerTakesAllTheCuts() throws {
        var plan = Self.plan(cuts: 50)
        plan.trigger = .init(marker: "flip", from: .milliseconds(10), to: .milliseconds(60))
        var machine = SamplingMachine(plan: plan, path: SamplingStep.assumedPath)
        _ = machine.next()
        var timeline = Self.update().timeline
        timeline.trigger = .milliseconds(4020)
        try machine.learn(timeline)
        while case .cut(let cut) = machine.next() {
            #expect(Self.milliseconds(4030...4080).contains(cut.moment))
            machine.record(
                SampledCut(cut: cut, status: .hit, phase: "flip", offset: .zero, verdict: .old, isAllowed: true))
        }
        let report = SamplingReport(machine: machine)
        #expect(report.phases.map(\.name) == ["flip"])
        #expect(passes(report))
    }

    @Test func aPhaseThatNoCutCanReachIsTold() throws {
        // 20 ms of `start`, and a path of 35 ms.
        let relay = PowerPath(delay: .milliseconds(35), jitter: .milliseconds(2))
        let report = SamplingReport(machine: try Self.finished(Self.plan(cuts: 30), Self.update(relay: relay)))
        #expect(report.phases.map(\.name) == ["copy", "flip", "done"])
        #expect(report.machine.notes.contains { $0.contains("'start' is over before a cut takes effect") })
        #expect(passes(report))
    }

    @Test func severalUncutRunsGiveTheirMedian() throws {
        var plan = Self.plan()
        plan.dryRuns = 3
        var machine = SamplingMachine(plan: plan, path: SamplingStep.assumedPath)
        for (number, time) in [100, 300, 120].enumerated() {
            #expect(machine.next() == .dryRun(number + 1))
            try machine.learn(
                UpdateTimeline(marks: [.init(name: "copy", at: .milliseconds(time))], end: .milliseconds(500)))
        }
        #expect(machine.timeline?.phases.map(\.length) == [.milliseconds(120), .milliseconds(380)])
    }
}
