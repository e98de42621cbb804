import JobDSL
import LabModel
import Testing

/// Another job's text out of one that explores power cuts.
@Suite struct ExplorationRewriteTests {
    private let block = """
        - power_cut:
            name: first
            on: virtual
            prompts: ['/ # ']
            start: {run: "update --all # not a comment"}
            models: [prefix]
            alive: {marker: 'UP (?<version>\\S+)', within: 25s}
            whole: {run: check}
            versions: {old: v1, new: v2}
            budget: {boots: 7, per_epoch: 3}
            timeout: {minutes: 5}
        """

    private func plan(_ rewrite: ExplorationRewrite, of text: String) throws -> (JobPlan, PowerCutExploration) {
        let job = compiled(try rewrite.text(of: text))
        let plan = try #require(job.plan, "\(job.diagnostics)")
        guard case .powerCutExploration(let exploration)? = plan.blocks.first?.action, plan.blocks.count == 1 else {
            throw Failure(.bug, "the blocks became \(plan.blocks)")
        }
        return (plan, exploration)
    }

    @Test func nothingAskedChangesNothing() throws {
        let (_, old) = try plan(ExplorationRewrite(), of: jobText(block))
        let job = compiled(jobText(block))
        guard case .powerCutExploration(let same)? = job.plan?.blocks.first?.action else {
            Issue.record("\(job.diagnostics)")
            return
        }
        #expect(old == same)
    }

    @Test func theUpdateAndTheQuestionsStay() throws {
        let rewrite = ExplorationRewrite(
            jobName: "again: 'a' \"b\"", name: "second", trace: .init(job: JobID(rawValue: 4), block: 2),
            models: [.nested, .adversary], boots: 9, time: .seconds(600), twins: 2, seed: 5)
        let (plan, found) = try plan(rewrite, of: jobText(block))
        #expect(plan.name == "again: 'a' \"b\"")
        #expect(found.run == "update --all # not a comment")
        #expect(found.whole == "check")
        #expect(found.alive.within == .seconds(25))
        #expect(found.name == "second")
        #expect(found.trace == .init(job: JobID(rawValue: 4), block: 2))
        #expect(found.models == [.nested, .adversary])
        #expect(found.budget == .init(boots: 9, time: .seconds(600), perEpoch: 3))
        #expect(found.twins == 2)
        #expect(found.seed == 5)
        #expect(plan.timeouts.job >= .seconds(1200))
        #expect(plan.blocks[0].timeouts.block == nil)
    }

    @Test func recordingOnlyIsAnEmptyListOfModels() throws {
        #expect(try plan(ExplorationRewrite(models: []), of: jobText(block)).1.models == [])
    }

    @Test func otherBlocksGoAndTheirPromptsStay() throws {
        let boot = """
            - boot:
                method: minimal
                prompts: ['root@b:~# ', '/ # ']
            """
        let text = jobText(boot + "\n" + block.replacing("    prompts: ['/ # ']\n", with: ""))
        #expect(try plan(ExplorationRewrite(), of: text).1.prompts == ["root@b:~# ", "/ # "])
    }

    @Test(arguments: ["", "a: [", "job_name: x", "actions: [{boot: {method: minimal}}]"])
    func whatExploresNothingIsRefused(_ text: String) {
        #expect(throws: Failure.self) { try ExplorationRewrite().text(of: text) }
    }

    @Test func theBlockThatIsNamedMustExplore() throws {
        #expect(throws: Failure.self) { try ExplorationRewrite().text(of: jobText(block), block: 1) }
    }
}
