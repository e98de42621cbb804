import LabModel

/// Which steps a block consists of, in order.
enum Pipeline {
    /// - Throws: `configuration` when the board cannot do what the block asks.
    static func steps(for block: ActionBlock, in context: RunContext) throws(Failure) -> [any StepRunner] {
        let steps = try ownSteps(for: block, in: context)
        guard let calls = block.groupCalls, !calls.isEmpty else { return steps }
        let names = Set(steps.map(\.name))
        // What LAVA splits otherwise than we do is called for when its block begins.
        let early = calls.filter { $0.action.map { !names.contains($0) } ?? true }
        return early.map { GroupCallStep(call: $0, waitLimit: context.plan.role?.waitLimit) }
            + steps.flatMap { step -> [any StepRunner] in
                calls.filter { $0.action == step.name }.map {
                    GroupCallStep(call: $0, waitLimit: context.plan.role?.waitLimit)
                } + [step]
            }
    }

    private static func ownSteps(for block: ActionBlock, in context: RunContext) throws(Failure) -> [any StepRunner] {
        switch block.action {
        case .deploy(let deploy): return deploySteps(deploy, block: block, context: context)
        case .boot(let boot): return try bootSteps(boot, block: block, context: context)
        case .test(let test): return [testStep(test, block: block, plan: context.plan)]
        case .command(let command): return [CommandStep(command: command)]
        case .powerCut(let cut): return [PowerCutStep(cut: cut)]
        case .powerCutExploration(let exploration):
            return [ExplorationStep(exploration: exploration, block: block.index)]
        case .powerCutSampling(let sampling): return [SamplingStep(sampling: sampling, block: block.index)]
        case .unsupported(let kind, let method):
            throw Failure(.job, "\(kind) '\(method)' does not run on this lab", at: block.position.description)
        }
    }

    private static func deploySteps(
        _ deploy: DeployAction, block: ActionBlock, context: RunContext
    ) -> [any StepRunner] {
        var steps: [any StepRunner] = []
        if !deploy.images.isEmpty {
            steps.append(DownloadStep(deploy: deploy))
        }
        let tests = TestOverlayStep.testBlocks(after: block, in: context.plan)
        let overlay: [any StepRunner] = tests.isEmpty ? [] : [TestOverlayStep(tests: tests)]
        switch deploy.method {
        case .tmpfs: return steps + overlay + [StageImagesStep(deploy: deploy)]
        case .tftp: return steps + overlay + [ServeImagesStep(deploy: deploy)]
        case .overlay: return overlay
        case .downloads, .download: return steps
        }
    }

    private static func bootSteps(
        _ boot: BootAction, block: ActionBlock, context: RunContext
    ) throws(Failure) -> [any StepRunner] {
        var steps: [any StepRunner] = []
        switch boot.method {
        case .uboot, .barebox, .grub:
            guard let bootloader = context.profile.bootloader(of: boot) else {
                throw Failure(
                    .configuration, "device type \(context.profile.type) has no `bootloaders: \(boot.method.rawValue)`")
            }
            steps = [
                BootloaderOverlayStep(boot: boot, bootloader: bootloader), ConnectStep(),
                ResetStep(boot: boot), InterruptStep(bootloader: bootloader),
                BootloaderCommandsStep(boot: boot, bootloader: bootloader),
            ]
        case .minimal: steps = [ConnectStep(), ResetStep(boot: boot)]
        case .qemu: steps = [ConnectStep(), ExecuteEmulatorStep()]
        }
        steps.append(LoginStep(boot: boot))
        if isShellNeeded(after: block, in: context.plan) {
            steps.append(ExpectShellStep(boot: boot))
        }
        if boot.transferOverlay != nil, context.overlay != nil {
            steps.append(UnpackOverlayStep(boot: boot))
        }
        return steps
    }

    private static func isShellNeeded(after block: ActionBlock, in plan: JobPlan) -> Bool {
        guard plan.blocks.indices.contains(block.index + 1) else { return false }
        switch plan.blocks[block.index + 1].action {
        case .test(let test):
            // Interactive scripts bring their own prompts, and monitors need none.
            if case .definitions = test.content { return true }
            return false
        case .powerCut, .powerCutSampling: return true
        case .deploy, .boot, .command, .powerCutExploration, .unsupported: return false
        }
    }

    private static func testStep(_ test: TestAction, block: ActionBlock, plan: JobPlan) -> any StepRunner {
        let stage = plan.stage(of: block)
        return switch test.content {
        case .definitions: TestShellStep(block: block, isInGroup: plan.role != nil)
        case .interactive(let scripts): InteractiveStep(scripts: scripts, stage: stage)
        case .monitors(let monitors): MonitorStep(monitors: monitors, stage: stage)
        }
    }
}
