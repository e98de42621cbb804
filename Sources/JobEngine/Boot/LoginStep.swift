import LabModel

/// Waits for the kernel and for a shell, logging in when the job says how.
struct LoginStep: StepRunner {
    let boot: BootAction

    var name: String { "auto-login-action" }

    /// A board that prints nothing for so long is not starting.
    static let silence = Duration.seconds(2)

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        if waitsForKernel(in: run) {
            try await expectKernel(in: run, until: deadline)
            // The firmware has greeted, as it should; whatever greets from now on is a reset.
            run.findings.forgetResets()
        }
        if !boot.prompts.isEmpty { run.prompts = boot.prompts }
        warnAboutLoosePrompts(in: run)
        guard !run.prompts.isEmpty || boot.autoLogin != nil else {
            run.log.debug("no prompts and no login: the job does not wait for a shell")
            return
        }
        if !boot.resets { try await nudge(in: run, until: deadline) }
        try await logIn(in: run, until: deadline)
        run.hasShell = true
        if !boot.ignoresKernelMessages {
            try await run.recordFindings(always: true, expectedReset: !waitsForKernel(in: run))
        }
        for command in boot.autoLogin?.loginCommands ?? [] {
            try await run.command(command, pacing: run.profile.characterDelays.boot, until: deadline)
        }
    }

    private func kernelStart(in run: RunContext) -> String {
        boot.kernelStartMessage ?? run.profile.constants.kernelStartMessage
    }

    /// A board that was not reset may have its kernel's first words far behind it.
    private func waitsForKernel(in run: RunContext) -> Bool {
        boot.resets && !kernelStart(in: run).isEmpty
    }

    private func expectKernel(in run: RunContext, until deadline: MonotonicTime) async throws {
        let start = kernelStart(in: run)
        let errors = run.profile.bootloader(of: boot)?.errorMessages ?? []
        // A boot loader that was talked to has greeted already: a second banner means that the kernel never got going.
        let resets = boot.method.bootloader != nil ? [KernelFindings.firmwareBanner] : []
        let panics = KernelFindings.all.filter { $0.isFatal && $0.kind != KernelFindings.resetKind }.map(\.expression)
        let ends = boot.ignoresKernelMessages ? [] : resets + panics
        let match = try await run.expect(
            (ends + [start] + errors).map { ConsolePattern($0) }, wanted: [ConsolePattern(start)], until: deadline)
        if match.pattern < ends.count {
            throw Failure(.job, "the boot ended before the kernel greeted: '\(match.line)'")
        }
        guard match.pattern == ends.count else {
            throw Failure(.infrastructure, "the boot loader says '\(match.line)'")
        }
    }

    /// A board that was left running may wait at a prompt it said long ago: a comment makes it say it again. One that
    /// still starts is left alone, for a key may stop its boot loader.
    private func nudge(in run: RunContext, until deadline: MonotonicTime) async throws {
        let before = await run.board.console.end()
        try await run.pause(Self.silence, until: deadline)
        let after = await run.board.console.end()
        guard before == after, after > run.bootStart else { return }
        try await run.nudge(pacing: run.profile.characterDelays.boot)
    }

    private func logIn(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard let login = boot.autoLogin else {
            return try await expectShell(in: run, until: deadline)
        }
        try await expect(ConsolePattern(login.loginPrompt), in: run, until: deadline)
        try await run.sendLine(login.username, pacing: run.profile.characterDelays.boot)
        if let prompt = login.passwordPrompt, let password = login.password {
            try await expect(ConsolePattern(prompt), in: run, until: deadline)
            run.log.input("[password]")
            try await run.board.console.send(password + "\n", pacing: run.profile.characterDelays.boot)
        }
        try await expectShell(in: run, until: deadline)
    }

    /// Waits for a prompt. One that never comes may have been torn apart by a kernel message: after half of the time a
    /// comment is typed, which makes the shell say its prompt again. A board that was only slow then says it twice.
    private func expectShell(in run: RunContext, until deadline: MonotonicTime) async throws {
        let count = run.prompts.count
        var remaining = deadline.duration(since: run.clock.monotonic()) / 2
        while true {
            let limit = min(deadline, run.clock.monotonic().advanced(by: remaining))
            do {
                let match = try await run.expect(
                    run.promptPatterns + troubles(in: run), wanted: run.promptPatterns, until: limit)
                if match.pattern >= count { try await fail(match, in: run) }
                if run.isAhead { try await run.catchUp(pacing: run.profile.characterDelays.boot, until: deadline) }
                return
            } catch let timeout as ConsoleTimeout {
                guard limit < deadline else { throw timeout }
                try await run.nudge(pacing: run.profile.characterDelays.boot)
                remaining = max(remaining / 5, .milliseconds(500))
            }
        }
    }

    /// Waits for `wanted`; a sign of trouble ends the boot.
    private func expect(_ wanted: ConsolePattern, in run: RunContext, until deadline: MonotonicTime) async throws {
        let match = try await run.expect([wanted] + troubles(in: run), wanted: [wanted], until: deadline)
        if match.pattern > 0 { try await fail(match, in: run) }
    }

    /// What ends a boot that waits for its shell: a refused login, a panic, the board starting again.
    private func troubles(in run: RunContext) -> [ConsolePattern] {
        let constants = run.profile.constants
        var expressions = [constants.loginIncorrectMessage, constants.loginTimedOutMessage]
        if let own = boot.failureMessage { expressions.append(own) }
        if !boot.ignoresKernelMessages {
            // Until the kernel has started the firmware's banner is no reset.
            let fatal = KernelFindings.all.filter { $0.isFatal || run.fatalFindings.contains($0.kind) }
            expressions += fatal.filter { waitsForKernel(in: run) || $0.kind != KernelFindings.resetKind }
                .map(\.expression)
        }
        return expressions.map { ConsolePattern($0) }
    }

    private func fail(_ match: ConsoleMatch, in run: RunContext) async throws {
        try await run.recordFindings(always: true, expectedReset: false)
        throw Failure(.job, "the boot failed: '\(match.line)'")
    }

    private func warnAboutLoosePrompts(in run: RunContext) {
        for prompt in boot.prompts where !prompt.contains(where: { "\\:$#>".contains($0) }) {
            run.log.warning("the prompt '\(prompt)' may also match ordinary output")
        }
    }
}

/// Makes sure that a shell answers before tests begin.
struct ExpectShellStep: StepRunner {
    let boot: BootAction

    var name: String { "expect-shell-connection" }
    var isRecorded: Bool { false }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard run.hasShell || !run.prompts.isEmpty else {
            throw Failure(.job, "a test block follows, but the boot block names no prompts")
        }
        guard !run.hasShell else { return }
        try await run.expectPrompt(until: deadline)
        run.hasShell = true
    }
}
