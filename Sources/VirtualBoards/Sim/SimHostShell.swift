import CSerial
import Glibc
import LabModel

/// The host's own `/bin/sh` as the booted system of a SimBoard, on a terminal of its own.
final class SimHostShell: Sendable {
    /// Marks everything that was started by the shell.
    static let variable = "LABD_BOARD"

    private let process: GuardedProcess
    private let wire: SimWire

    private init(process: GuardedProcess, wire: SimWire) {
        self.process = process
        self.wire = wire
    }

    /// - Throws: `infrastructure` when the shell cannot be started.
    static func start(
        board: BoardName, owner: OwnerTag, workspace: String, onRead: @escaping @Sendable ([UInt8]) -> Void,
        onEnd: @escaping @Sendable () -> Void
    ) async throws(Failure) -> SimHostShell {
        let wire = try await SimWire.open(onRead: onRead)
        // The first process of the session opens the terminal and so gets it as its controlling terminal.
        let script = "exec <>\"$1\" >&0 2>&1; stty sane; exec /bin/sh -i"
        let launch = GuardedProcess.Launch(
            program: "/bin/sh", arguments: ["-c", script, "sh", wire.path],
            environment: [
                OwnerTag.variable: owner.value, variable: board.rawValue, "HOME": workspace, "PS1": "/ # ",
                "TERM": "dumb", "ENV": "",
            ], workingDirectory: workspace, log: nil, leadsSession: true)
        do throws(Failure) {
            let process = try await GuardedProcess.start(launch) {
                onEnd()
            }
            return SimHostShell(process: process, wire: wire)
        } catch {
            await wire.close()
            throw error
        }
    }

    func send(_ bytes: [UInt8]) { wire.send(bytes) }

    /// Neither blocks nor suspends.
    func kill() {
        process.handle.killGroup()
        wire.closeSoon()
    }
}
