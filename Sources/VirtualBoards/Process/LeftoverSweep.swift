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
        found(among: ProcessEnvironment.processes()) { tag, _ in tag.lab == owner.lab && tag.epoch < owner.epoch }
    }

    /// Kills what `leftovers()` finds and returns once it is gone.
    ///
    /// - Returns: what was ended.
    /// - Throws: `infrastructure` when a process is still there after 5 s.
    public func end() async throws(Failure) -> [Leftover] {
        // The first epoch of a lab has none before it.
        guard owner.epoch.rawValue > 1 else { return [] }
        return try await end { tag, _ in tag.lab == owner.lab && tag.epoch < owner.epoch }
    }

    /// Kills every process of the present epoch that also carries `NAME=value`, such as what a shell left running.
    func end(carrying name: String, value: String) async throws(Failure) {
        _ = try await end { tag, environment in tag == owner && environment[name] == value }
    }

    private func end(_ isOurs: (OwnerTag, ProcessEnvironment) -> Bool) async throws(Failure) -> [Leftover] {
        var ended: [Leftover] = []
        var handles: [ProcessHandle] = []
        var cleanScans = 0
        let deadline = clock.monotonic().advanced(by: .seconds(5))
        // A process that is just starting a program shows no environment until it has started, and one that is just
        // killed may have started another: two scans in a row must find nothing, and nobody halfway.
        while true {
            let processes = ProcessEnvironment.processes()
            let leftovers = found(among: processes, isOurs)
            let isClean = leftovers.isEmpty && !processes.contains { ProcessEnvironment.isBeingStarted($0) }
            cleanScans = isClean ? cleanScans + 1 : 0
            if cleanScans >= 2, handles.allSatisfy(\.hasEnded) { return ended }
            for leftover in leftovers {
                // Looked at again behind the descriptor: the number may have passed to somebody else meanwhile.
                guard let handle = ProcessHandle(leftover.process),
                    let environment = ProcessEnvironment(of: leftover.process), let tag = environment.owner,
                    isOurs(tag, environment)
                else { continue }
                handle.kill()
                handles.append(handle)
                if !ended.contains(leftover) { ended.append(leftover) }
            }
            guard clock.monotonic() < deadline else {
                // Strangers may start programs without end; of ours, nothing was seen any more.
                if leftovers.isEmpty, handles.allSatisfy(\.hasEnded) { return ended }
                let slow = Set(handles.filter { !$0.hasEnded }.map { String($0.identifier) }).joined(separator: ", ")
                throw Failure(.infrastructure, "processes do not end after SIGKILL: \(slow)")
            }
            // A cancelled sweep still waits: a board must not be touched while its old machine runs.
            do { try await clock.sleep(for: .milliseconds(5)) } catch { await Task.yield() }
        }
    }

    private func found(among processes: [Int32], _ isWanted: (OwnerTag, ProcessEnvironment) -> Bool) -> [Leftover] {
        processes.compactMap { process in
            guard process != getpid(), let environment = ProcessEnvironment(of: process), let tag = environment.owner,
                isWanted(tag, environment)
            else { return nil }
            return Leftover(process: process, owner: tag, program: ProcessEnvironment.program(of: process))
        }
    }
}
