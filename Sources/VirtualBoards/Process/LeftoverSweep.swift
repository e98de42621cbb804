import Glibc
public import LabModel

/// Ends processes that an earlier labd of the same lab started and left behind. Run before any board is touched.
public struct LeftoverSweep: Sendable {
    /// A process that was found.
    public struct Leftover: Hashable, Sendable {
        public var process: Int32
        public var owner: OwnerTag
        /// The program's name.
        public var program: String
    }

    private let owner: OwnerTag
    private let clock: any LabClock

    public init(owner: OwnerTag, clock: any LabClock) {
        self.owner = owner
        self.clock = clock
    }

    /// Processes of this lab whose epoch is older than this one's.
    public func leftovers() -> [Leftover] {
        found { $0.lab == owner.lab && $0.epoch < owner.epoch }
    }

    /// Kills what `leftovers()` finds and returns once it is gone.
    ///
    /// - Returns: what was ended.
    /// - Throws: `infrastructure` when a process is still there after 5 s.
    public func end() async throws(Failure) -> [Leftover] {
        let leftovers = leftovers()
        try await end(leftovers.map(\.process), where: { $0.lab == owner.lab && $0.epoch < owner.epoch })
        return leftovers
    }

    /// Kills every process of the present epoch that also carries `NAME=value`, such as what a shell left running.
    func end(carrying name: String, value: String) async throws(Failure) {
        let processes = found { $0 == owner }.map(\.process).filter { process in
            ProcessEnvironment(of: process)?[name] == value
        }
        try await end(processes, where: { $0 == owner })
    }

    private func end(_ processes: [Int32], where isOurs: (OwnerTag) -> Bool) async throws(Failure) {
        var handles: [ProcessHandle] = []
        for process in processes {
            guard let handle = ProcessHandle(process) else { continue }
            // Looked at again behind the descriptor: the number may have passed to somebody else meanwhile.
            guard let tag = ProcessEnvironment(of: process)?.owner, isOurs(tag) else { continue }
            handle.kill()
            handles.append(handle)
        }
        let deadline = clock.monotonic().advanced(by: .seconds(5))
        while let slow = handles.first(where: { !$0.hasEnded }) {
            guard clock.monotonic() < deadline else {
                throw Failure(.infrastructure, "process \(slow.identifier) does not end after SIGKILL")
            }
            // A cancelled sweep still waits: a board must not be touched while its old machine runs.
            do { try await clock.sleep(for: .milliseconds(5)) } catch { await Task.yield() }
        }
    }

    private func found(_ isWanted: (OwnerTag) -> Bool) -> [Leftover] {
        ProcessEnvironment.processes().compactMap { process in
            guard process != getpid(), let tag = ProcessEnvironment(of: process)?.owner, isWanted(tag) else {
                return nil
            }
            return Leftover(process: process, owner: tag, program: ProcessEnvironment.program(of: process))
        }
    }
}
