import JobDSL
import LabModel
import Testing

/// `power_cut` with `on: real` and many cuts.
@Suite struct SamplingTests {
    private let boot = "- boot: {method: minimal, prompts: ['# ']}"
    private let least =
        "cuts: 300, start: {run: up}, alive: {marker: 'version=(?<version>\\S+)'}, versions: {new: v2}"

    private func sampling(_ keys: String) throws -> PowerCutSampling {
        let job = compiled(jobText(boot + "\n- power_cut: {\(keys)}"))
        let plan = try #require(job.plan, "\(job.diagnostics)")
        #expect(job.diagnostics.isEmpty, "\(job.diagnostics)")
        guard case .powerCutSampling(let sampling)? = plan.blocks.last?.action else {
            throw Failure(.bug, "the block became \(plan.blocks)")
        }
        return sampling
    }

    @Test func theLeastIsEnough() throws {
        #expect(
            try sampling(least)
                == PowerCutSampling(
                    name: "power-cut", run: "up", alive: .init(marker: "version=(?<version>\\S+)"), newVersion: "v2"))
    }

    @Test func everyKeyIsRead() throws {
        let found = try sampling(
            least
                + #"""
                , on: real, name: all, until: {marker: done, then: {run: good}, settle: 0.5s}, phases: 'P (\S+)', \#
                success: S, whole: {run: w}, spread: uniform, off_for: 7s, dry_runs: 3, seed: 9, prompts: ['$ '], \#
                allow: {before: [old, corrupt], after: []}, restore: {run: reflash, within: 2m}, \#
                targets: {from: 12, block: 1, cuts: 50}, budget: {time: 3h, trials: 400, search: 60}, \#
                power_path: {delay: 12 ms, jitter: 2 ms}
                """#)
        #expect(found.until == .init(marker: "done", then: "good", settle: .milliseconds(500)))
        #expect(found.phases == #"P (\S+)"#)
        #expect(found.success == "S")
        #expect(found.whole == "w")
        #expect(found.spread == .uniform)
        #expect(found.offFor == .seconds(7))
        #expect(found.dryRuns == 3)
        #expect(found.seed == 9)
        #expect(found.prompts == ["$ "])
        #expect(found.allowedBefore == ["old", "corrupt"])
        #expect(found.allowedAfter == [])
        #expect(found.restore == .command("reflash", within: .seconds(120)))
        #expect(found.targets == .init(job: JobID(rawValue: 12), block: 1, cuts: 50))
        #expect(found.budget == .init(time: .seconds(10_800), trials: 400, search: 60))
        #expect(found.powerPath == PowerPath(delay: .milliseconds(12), jitter: .milliseconds(2)))
    }

    @Test(arguments: [
        ("{marker: flip}", PowerCutSampling.Trigger(marker: "flip")),
        ("{marker: flip, delay: uniform}", .init(marker: "flip")),
        ("{delay: {from: 1s, to: 2s}}", .init(from: .seconds(1), to: .seconds(2))),
        ("{marker: flip, delay: 300 ms}", .init(marker: "flip", from: .milliseconds(300), to: .milliseconds(300))),
    ])
    func triggersNameTheWindow(_ text: String, _ expected: PowerCutSampling.Trigger) throws {
        #expect(try sampling(least + ", trigger: \(text)").trigger == expected)
    }

    @Test func aKeyOfACampaignMakesOne() throws {
        let single = "start: {run: up}, alive: {marker: '(v)'}, versions: {new: v2}"
        #expect(try sampling(single + ", spread: by_phase").cuts == 300)
        #expect(try sampling(single + ", restore: nothing").restore == .nothing)
        let job = compiled(jobText(boot + "\n- power_cut: {\(single), cuts: 1, trigger: {delay: 1}}"))
        guard case .powerCut? = job.plan?.blocks.last?.action else {
            Issue.record("\(job.diagnostics)")
            return
        }
    }

    @Test(arguments: [
        ("spread: by_time", "error: `spread` cannot be `by_time`; it is one of by_phase, uniform"),
        ("spread: by_phase, trigger: {delay: 1}", "a campaign takes `spread` or `trigger`, not both"),
        ("trigger: {}", "`trigger` needs `marker`, `delay` or both"),
        ("trigger: {delay: {from: 2s, to: 1s}}", "`to` of `delay` must be longer than `from`"),
        ("dry_runs: 0", "`dry_runs` must be from 1 to 20"), ("seed: -1", "`seed` must be from 0"),
        ("targets: {cuts: 3}", "`targets` needs `from`"), ("targets: {from: 1, cuts: 0}", "`cuts` must be from 1"),
        ("restore: magic", "`restore` cannot be `magic`; it is one of job, nothing"),
        ("restore: {run: \"a\\nb\"}", "`run` must be one line"),
        ("budget: {trials: 10}", "`trials` of 10 is less than `cuts` of 300"),
        ("budget: {boots: 10}", "`boots` is not a key of `budget`"),
        ("allow: {before: [brick]}", "a verdict of `allow` cannot be `brick`"),
        ("allow: [old]", "`allow` needs a mapping"), ("checks: []", "`checks` is not a key of `power_cut`"),
        ("timeout: {seconds: 10}", "shorter than `off_for` and `alive.within` together"),
    ])
    func mistakesAreNamed(_ keys: String, _ message: String) {
        let found = errors(jobText("\(boot)\n- power_cut: {\(least), \(keys)}"))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(message) == true, "\(found)")
    }

    @Test(arguments: ["cuts: 0", "cuts: 100001", "cuts: many"])
    func cutsAreBounded(_ cuts: String) {
        let text = "start: {run: up}, alive: {marker: '(v)'}, versions: {new: v2}, spread: by_phase, \(cuts)"
        let found = errors(jobText("\(boot)\n- power_cut: {\(text)}"))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("`cuts`") == true, "\(found)")
    }

    @Test func needsABootedBoard() {
        #expect(errors(jobText("- power_cut: {\(least)}")).first?.contains("needs a booted board") == true)
    }
}
