import LabModel
import Logging
import NIOCore

/// One power-on of a QEMU board: the process and its control socket.
final class QemuMachine: Sendable {
    let process: GuardedProcess
    let control: QMPClient

    private init(process: GuardedProcess, control: QMPClient) {
        self.process = process
        self.control = control
    }

    /// Starts QEMU and returns once it answers on its control socket.
    ///
    /// - Throws: `infrastructure` when it does not start, with what it said; `job` when it refuses the job's arguments.
    static func start(
        _ program: EmulatorProgram, _ command: QemuCommandLine, owner: OwnerTag, log: String, clock: any LabClock,
        logger: Logger
    ) async throws(Failure) -> QemuMachine {
        let (control, listener) = try await QMPClient.listen(at: command.controlSocket) { name, data in
            logger.debug("emulator event", metadata: ["event": "\(name)", "data": "\(data)"])
        }
        defer { listener.close(promise: nil) }
        let process = try await GuardedProcess.start(
            GuardedProcess.Launch(
                program: program.name, arguments: command.words,
                environment: [OwnerTag.variable: owner.value], workingDirectory: nil, log: log)
        ) {
            control.close(Failure(.infrastructure, "the emulator has ended"))
        }
        guard await isReady(control, clock: clock) else {
            try await process.end(clock: clock)
            throw refusal(program, command, log: log)
        }
        return QemuMachine(process: process, control: control)
    }

    /// Ends the machine as a cut of its power does, and returns once it is gone.
    ///
    /// - Throws: `infrastructure` when the process does not end within 5 s.
    func end(clock: any LabClock) async throws(Failure) {
        process.handle.kill()
        control.close(Failure(.infrastructure, "the board was switched off"))
        try await process.end(clock: clock)
    }

    /// Whether QEMU takes commands within 20 s.
    private static func isReady(_ control: QMPClient, clock: any LabClock) async -> Bool {
        await withTaskGroup(of: Bool?.self) { group in
            group.addTask {
                do {
                    try await control.waitUntilReady()
                    return true
                } catch {
                    return false
                }
            }
            group.addTask {
                do {
                    try await clock.sleep(for: .seconds(20))
                    // Ends the other wait.
                    control.close(Failure(.infrastructure, "the emulator did not answer in time"))
                } catch {
                    // The other wait is over, or the caller was cancelled and ends QEMU next.
                    control.closeUnlessReady()
                }
                return nil
            }
            var isReady = false
            for await answer in group {
                guard let answer else { continue }
                isReady = answer
                group.cancelAll()
            }
            return isReady
        }
    }

    private static func refusal(_ program: EmulatorProgram, _ command: QemuCommandLine, log: String) -> Failure {
        let said = FileTail.read(log, limit: 2000).split(separator: "\n").last.map(String.init) ?? "nothing"
        if case .kit = command.media {
            return Failure(
                .infrastructure, "\(program.name) does not start; it said: \(said)", at: command.board.rawValue)
        }
        return Failure(
            .job, "\(program.name) does not start with the job's images; it said: \(said)", at: command.board.rawValue)
    }
}
