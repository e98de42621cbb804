import LabModel

/// Fetches the test definitions of the blocks to come and lays out the overlay that carries them.
struct TestOverlayStep: StepRunner {
    /// The test blocks this deploy serves.
    let tests: [ActionBlock]

    var name: String { "lava-overlay" }
    var timeoutType: ErrorType { .infrastructure }

    /// The blocks with test definitions between `block` and the next deploy.
    static func testBlocks(after block: ActionBlock, in plan: JobPlan) -> [ActionBlock] {
        var found: [ActionBlock] = []
        for later in plan.blocks where later.index > block.index {
            switch later.action {
            case .deploy(let deploy) where deploy.method != .downloads && deploy.method != .download:
                return found
            case .test(let test):
                if case .definitions = test.content { found.append(later) }
            case .deploy, .boot, .command, .powerCut, .powerCutExploration, .powerCutSampling,
                .unsupported:
                continue
            }
        }
        return found
    }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        var stages: [TestStage] = []
        for block in tests {
            guard case .test(let test) = block.action, case .definitions(let requests) = test.content else { continue }
            let number = run.plan.stage(of: block)
            stages.append(try await stage(number, block: block, requests, in: run, until: deadline))
        }
        let layout = OverlayLayout(
            root: run.overlayRoot, job: run.job, board: run.board.name, plan: run.plan, profile: run.profile,
            group: run.group?.roster)
        run.overlay = TestOverlay(root: run.overlayRoot, stages: stages, entries: layout.entries(stages))
    }

    private func stage(
        _ number: Int, block: ActionBlock, _ requests: [TestDefinitionRequest], in run: RunContext,
        until deadline: MonotonicTime
    ) async throws -> TestStage {
        var tests: [StagedTest] = []
        for (offset, request) in requests.enumerated() {
            let index = run.plan.firstDefinition(of: block) + offset
            let folder = "\(run.workspace)/tests/\(index)_\(request.name)"
            try await run.services.workspaces.makeFolder(folder)
            let source = run.services.testDefinitions
            run.log.info("Fetching tests from \(request.origin)")
            let fetched = try await withDeadline(deadline, clock: run.clock) {
                try await source.fetch(request, into: folder)
            }
            tests.append(
                StagedTest(
                    index: index, request: request, definition: fetched.definition, commit: fetched.commit,
                    uuid: "\(run.job)_\(number + 1).\(tests.count + 1)", folder: folder))
        }
        return TestStage(number: number, block: block.index, tests: tests)
    }
}

extension TestDefinitionRequest {
    /// Where a definition comes from, for people.
    fileprivate var origin: String {
        switch source {
        case .inline: "the job itself (\(name))"
        case .git(let git): maskedURL(git.repository)
        case .url(let url): maskedURL(url.url)
        }
    }
}
