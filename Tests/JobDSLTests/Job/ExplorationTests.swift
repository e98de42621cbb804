import JobDSL
import LabModel
import Testing

/// `power_cut` with `on: virtual`.
@Suite struct ExplorationTests {
    private func exploration(_ keys: String) throws -> PowerCutExploration {
        let job = compiled(jobText("- power_cut: {\(keys)}"))
        let plan = try #require(job.plan, "\(job.diagnostics)")
        guard case .powerCutExploration(let exploration)? = plan.blocks.first?.action else {
            throw Failure(.bug, "the block became \(plan.blocks)")
        }
        return exploration
    }

    private let least = "on: virtual, start: {run: up}, alive: {marker: m}, versions: {new: v2}, prompts: ['# ']"

    @Test func theLeastIsEnough() throws {
        let found = try exploration(least)
        #expect(
            found
                == PowerCutExploration(
                    name: "power-cut", run: "up", alive: .init(marker: "m"), newVersion: "v2", prompts: ["# "]))
        #expect(found.models == [.prefix, .torn, .subsets])
    }

    @Test func everyKeyIsRead() throws {
        let found = try exploration(
            least
                + """
                , name: all, until: {marker: done, then: {run: good}, settle: 0.5s}, phases: 'P (\\S+)', success: S, \
                whole: {run: w}, heal: {run: same_update}, confirmed: {run: c, answer: 'is (\\S+)'}, acknowledged: 'ACK (\\d+)', models: [nested, adversary], budget: {boots: 7, time: 2m, per_epoch: 3, \
                nested_depth: 4, adversary_cuts: 5}, starts: [copy, flip], twins: 2, seed: 9, recheck_percent: 10, census: true, \
                allow: {before: [old, corrupt], after: []}
                """)
        #expect(found.until == .init(marker: "done", then: "good", settle: .milliseconds(500)))
        #expect(found.phases == #"P (\S+)"#)
        #expect(found.success == "S")
        #expect(found.whole == "w")
        #expect(found.heal == "up")
        #expect(found.confirmed == .init(run: "c", answer: #"is (\S+)"#))
        #expect(found.acknowledged == #"ACK (\d+)"#)
        #expect(found.models == [.nested, .adversary])
        #expect(found.budget == .init(boots: 7, time: .seconds(120), perEpoch: 3, nestedDepth: 4, adversaryCuts: 5))
        #expect(found.starts == ["copy", "flip"])
        #expect(found.twins == 2)
        #expect(found.seed == 9)
        #expect(found.recheck == 0.1)
        #expect(found.census)
        #expect(found.allowedBefore == ["old", "corrupt"])
        #expect(found.allowedAfter == [])
    }

    @Test(arguments: [
        ("trace: none", "`trace`"), ("trace: {block: 1}", "`job`"), ("trace: {job: 0}", "`job`"),
        ("models: [suffix]", "an entry of `models` cannot be `suffix`"),
        ("allow: {before: [brick]}", "a verdict of `allow` cannot be `brick`"),
        ("budget: {boots: 0}", "`boots`"), ("confirmed: {run: c, answer: v2}", "`answer` has no group"),
        ("confirmed: {run: c, answer: '(v2)'}, acknowledged: ACK", "`acknowledged` has no group"),
        ("acknowledged: 'ACK (\\d+)'", "`acknowledged` needs `confirmed`"),
        ("trigger: {delay: 1}", "`trigger` is not a key of `power_cut`"),
    ])
    func mistakesAreNamed(_ keys: String, _ message: String) {
        let job = compiled(jobText("- power_cut: {\(least), \(keys)}"))
        #expect(job.plan == nil)
        #expect(job.diagnostics.contains { $0.message.contains(message) }, "\(job.diagnostics)")
    }

    @Test func noModelRecordsOnly() throws {
        #expect(try exploration(least + ", models: []").models == [])
    }

    @Test func aRecordingIsNamedByItsJob() throws {
        #expect(try exploration(least).trace == nil)
        #expect(try exploration(least + ", trace: 12").trace == .init(job: JobID(rawValue: 12)))
        #expect(
            try exploration(least + ", trace: {job: 12, block: 3}").trace
                == .init(job: JobID(rawValue: 12), block: 3))
    }

    @Test func promptsComeFromABootOrFromTheBlock() {
        let job = compiled(
            jobText("- power_cut: {on: virtual, start: {run: up}, alive: {marker: m}, versions: {new: v2}}"))
        #expect(job.diagnostics.contains { $0.message.contains("needs `prompts`") }, "\(job.diagnostics)")
    }
}
