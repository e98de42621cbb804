import Glibc
import LabModel
import LabWire
import Subprocess
import SystemPackage

/// Keeps a lease alive while something else goes on, and gives it back afterwards.
struct LeaseKeeping: Sendable {
    /// Speaks in the name of the lease.
    let client: LabClient
    let lease: LeaseInfo

    /// How long a command has to end when its lease is over.
    private static let endLimit = Duration.seconds(10)
    /// A lease without a keep-alive is looked at so often.
    private static let lookInterval = Duration.seconds(20)

    private var interval: Duration {
        lease.keepAlive.map { .milliseconds(Int64($0 * 1000 / 3)) } ?? Self.lookInterval
    }

    /// Keeps the lease until Ctrl-C, then releases it.
    func untilInterrupted() async throws {
        Output.progress().line("kept alive until Ctrl-C")
        let lost = try await Interrupts.watched { _ in
            .stop
        } during: {
            try await stayAlive()
        }
        guard let lost else { return try await giveBack() }
        throw lost
    }

    /// Runs a command that has the board, releases the board at its end, and ends as the command did.
    ///
    /// - Parameter address: what `--server` said, for the command's own lablctl.
    func during(_ command: [String], address: String?) async throws {
        Output.progress().line(LeaseView(style: Output.progress().style).begun(lease)[0])
        let ending = [
            TeardownStep.gracefulShutDown(allowedDurationToNextStep: Self.endLimit),
            .send(signal: .kill, toProcessGroup: false, allowedDurationToNextStep: .milliseconds(100)),
        ]
        var environment: [Environment.Key: String?] = [
            "LABD_BOARD": lease.board, "LABD_LEASE": client.leases.variable,
        ]
        if let address { environment["LABD_SERVER"] = address }
        let signals = Interrupts.stream()
        let status: TerminationStatus
        let lost: CommandError?
        do {
            let outcome = try await Subprocess.run(
                .name(command[0]), arguments: Arguments(Array(command.dropFirst())),
                environment: .inherit.updating(environment),
                input: .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
                output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
                error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
            ) { execution in
                await accompanied(execution.processIdentifier.value, signals) {
                    await execution.teardown(using: ending)
                }
            }
            status = outcome.terminationStatus
            lost = outcome.closureResult
        } catch let error as SubprocessError {
            try await giveBack()
            throw CommandError(.notFound, Failure(.configuration, "cannot run \(command[0]): \(error)"))
        }
        if let lost { throw lost }
        try await giveBack()
        switch status {
        case .exited(let code): Glibc.exit(code)
        case .signaled(let number): Glibc.exit(128 + number)
        }
    }

    /// Keeps the lease and passes signals on until the command has ended.
    ///
    /// - Parameter end: ends the command.
    /// - Returns: why the lease ended before the command did; nil when it did not.
    private func accompanied(
        _ process: pid_t, _ signals: AsyncStream<Int32>, end: @escaping @Sendable () async -> Void
    ) async -> CommandError? {
        await withTaskGroup(of: CommandError?.self) { group in
            group.addTask {
                guard let lost = try? await stayAlive() else { return nil }
                Output.progress().line("the lease is over: \(SafeText.line(lost.failure.message))")
                await end()
                return lost
            }
            group.addTask {
                for await number in signals {
                    // A terminal sends Ctrl-C to the command by itself.
                    if number != SIGINT || isatty(STDIN_FILENO) == 0 { kill(process, number) }
                }
                return nil
            }
            group.addTask {
                await ended(process)
                return nil
            }
            var lost: CommandError?
            while let reason = await group.next() {
                if let reason { lost = reason }
                group.cancelAll()
            }
            return lost
        }
    }

    /// Returns once the process has ended. It is left to be reaped by the one who started it.
    private func ended(_ process: pid_t) async {
        var information = siginfo_t()
        while !Task.isCancelled, waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT) == 0,
            information.si_signo != SIGCHLD
        {
            try? await client.clock.sleep(for: .milliseconds(20))
        }
    }

    /// Gives signs of life until the lease is over, and passes on what its holder has to know.
    ///
    /// - Returns: how labd said that it is over.
    /// - Throws: `CancellationError`.
    private func stayAlive() async throws -> CommandError {
        var watch = LeaseWatch(lease: lease)
        var isAway = false
        while true {
            try await client.clock.sleep(for: interval)
            let now: LeaseInfo
            do {
                now = try await client.keepAlive(lease.board)
            } catch let error as CommandError {
                if error.status == .busy || error.status == .notFound { return lost(error) }
                if !isAway { Output.progress().line("labd does not answer; trying again") }
                isAway = true
                continue
            }
            isAway = false
            for line in watch.look(at: now) { Output.progress().line(line) }
        }
    }

    /// What its former holder is told: not that somebody else, or nobody, holds the board, but what that means for him.
    private func lost(_ error: CommandError) -> CommandError {
        CommandError(
            error.status,
            Failure(
                error.failure.type, "lease \(lease.id) of \(lease.board) is over: \(error.failure.message)",
                advice: "`lablctl leases --history \(lease.board)` tells how it ended"))
    }

    private func giveBack() async throws {
        do {
            _ = try await client.release(lease.board, reason: nil)
            Output.progress().line("\(SafeText.line(lease.board)) is given back")
        } catch let error as CommandError where error.status == .busy {
            // It had ended by itself; somebody else may have the board.
            Output.progress().line("the lease was over already: \(SafeText.line(error.failure.message))")
        }
    }
}
