import LabModel

/// Brings a board back to where the update starts: its known-good image, booted, at the shell.
struct Restoration {
    let plan: PowerCutSampling
    /// The campaign's block in its job.
    let block: Int

    /// - Throws: `job` when the board does not come up, `test` when the job's own command fails.
    func bring(_ run: RunContext, until deadline: MonotonicTime) async throws {
        switch plan.restore {
        case .nothing: break
        case .job: try await renew(run, until: deadline)
        case .command(let command, let limit):
            if run.hasShell {
                let end = min(deadline, run.clock.monotonic().advanced(by: limit))
                // Unless it works, the next round takes the long way.
                run.hasShell = false
                let status = try await run.status(of: command, until: end)
                guard status == 0 else {
                    throw Failure(.test, "'\(command)' of `restore` ended with \(status)")
                }
            } else {
                try await renew(run, until: deadline)
            }
        }
        try await boot(run, until: deadline)
    }

    /// Fresh media, and the images of the job on them.
    private func renew(_ run: RunContext, until deadline: MonotonicTime) async throws {
        run.hasShell = false
        run.hasPower = false
        let (board, preparation) = (
            run.board, BoardPreparation(job: run.job, profile: run.profile, workspace: run.workspace)
        )
        try await withDeadline(deadline, clock: run.clock) { try await board.prepare(preparation) }
        for earlier in run.plan.blocks.prefix(block) {
            guard case .deploy(let deploy) = earlier.action, deploy.method == .tmpfs else { continue }
            try await StageImagesStep(deploy: deploy).run(in: run, until: deadline)
        }
    }

    /// The last boot block before this one, without rows of its own.
    private func boot(_ run: RunContext, until deadline: MonotonicTime) async throws {
        let boots = run.plan.blocks.prefix(block).compactMap { block -> (ActionBlock, BootAction)? in
            if case .boot(let boot) = block.action { (block, boot) } else { nil }
        }
        guard let (found, action) = boots.last else {
            throw Failure(.job, "a sampling campaign needs a boot block before it")
        }
        // Each of hundreds of boots would have its row of kernel messages.
        var quiet = action
        quiet.ignoresKernelMessages = true
        quiet.resets = true
        var booting = found
        booting.action = .boot(quiet)
        run.hasShell = false
        for step in try Pipeline.steps(for: booting, in: run) {
            let limit = run.timeouts.duration(of: step.name, in: found.timeouts, attempts: 1)
            try await step.run(in: run, until: min(deadline, run.clock.monotonic().advanced(by: limit)))
        }
        if !plan.prompts.isEmpty { run.prompts = plan.prompts }
        guard run.hasShell else {
            throw Failure(.job, "the boot block before the campaign names no prompts")
        }
    }
}
