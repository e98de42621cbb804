import LabModel
import LabSimulation
import Synchronization

/// Sees what really happens in a simulated lab, at the switches and in the database, and what the lab acknowledged;
/// tells the first invariant that does not hold.
final class Witness: Sendable {
    /// What the journal says of one board's power.
    struct JournalView {
        /// The newest intent, and whether it has not ended.
        var newest: Int64 = 0
        var isOpen = false
        /// What the board's record says.
        var claim = PowerState.unknown

        var says: PowerState { isOpen ? .unknown : claim }
    }

    struct State {
        var violation: Violation?
        var leases: [BoardName: Lease] = [:]
        /// Those of people.
        var reservations: [BoardName: Reservation] = [:]
        /// Leases of people that have ended, or went on under another number.
        var over: Set<LeaseID> = []
        /// People who stand in line for boards.
        var line = 0
        var journal: [BoardName: JournalView] = [:]
        var intents: [Int64: PowerIntent] = [:]
        var started: Set<Lease> = []
        var runs: [BoardName: Lease] = [:]
        /// Boards in the hands of people.
        var handled: Set<BoardName> = []
        /// Since when each board has been free, and the whole lab has been working.
        var freeSince: [BoardName: MonotonicTime] = [:]
        var servingSince: MonotonicTime?
        var isDiskFull = false
        /// Whether not even a row that fits into its page can be written.
        var refusesWrites = false
        var isRecovered = false
        /// As it was last stored through labd.
        var healths: [BoardName: BoardHealth] = [:]
        /// When each job last went into the queue.
        var queued: [JobID: MonotonicTime] = [:]
        /// Within what time each begins to run.
        var promises: [JobID: Duration] = [:]
        var acknowledged: [String: JobID] = [:]
        /// Submitted, and nobody said what became of it.
        var unsure: Set<String> = []
        var refused: Set<String> = []
        /// Of the last run of each job.
        var results: [JobID: [String: Int]] = [:]
        var lastRuns: [JobID: Int] = [:]
        var canceled: [JobID: JobState] = [:]
    }

    let simulation: Simulation
    let trace: Trace
    let minimumOffTime: Duration
    private let boards: [BoardName: PhysicalBoard]
    private let state = Mutex(State())

    init(_ boards: [PhysicalBoard], simulation: Simulation, trace: Trace, minimumOffTime: Duration) {
        self.boards = Dictionary(uniqueKeysWithValues: boards.map { ($0.name, $0) })
        self.simulation = simulation
        self.trace = trace
        self.minimumOffTime = minimumOffTime
    }

    var violation: Violation? { state.withLock { $0.violation } }
    var seen: State { state.withLock { $0 } }

    func board(_ name: BoardName) -> PhysicalBoard? { boards[name] }

    func report(_ invariant: Invariant, _ detail: @autoclosure () -> String) {
        let violation = Violation(invariant: invariant, detail: detail())
        let isFirst = state.withLock { state in
            guard state.violation == nil else { return false }
            state.violation = violation
            return true
        }
        if isFirst { trace.note("VIOLATION \(violation)") }
    }

    // MARK: - Power

    func switched(_ board: PhysicalBoard, to target: PowerTarget, afterOff off: Duration?) {
        trace.note("\(board.name) told \(target), is \(board.isOn ? "on" : "off")")
        if let off, off < minimumOffTime {
            report(.minimumOffTime, "\(board.name) was off for \(off), and needs \(minimumOffTime)")
        }
        check(board.name)
    }

    func began(_ number: Int64, _ intent: PowerIntent) {
        trace.note("journal \(number): \(intent.board) \(intent.kind.rawValue) \(intent.target)")
        state.withLock { state in
            state.intents[number] = intent
            state.journal[intent.board, default: JournalView()].newest = number
            state.journal[intent.board]?.isOpen = true
            if intent.kind == .switch { state.journal[intent.board]?.claim = .unknown }
        }
        check(intent.board)
    }

    /// An intent could not be written: what the journal says counts as unknown until it says something new.
    func owes(_ board: BoardName) {
        trace.note("journal: an intent for \(board) was refused")
        state.withLock { $0.journal[board, default: JournalView()].isOpen = true }
    }

    func ended(_ number: Int64, _ power: PowerState) {
        trace.note("journal \(number): ended \(power)")
        let board = state.withLock { state -> BoardName? in
            guard let intent = state.intents.removeValue(forKey: number) else { return nil }
            guard state.journal[intent.board]?.newest == number else { return nil }
            state.journal[intent.board]?.isOpen = false
            state.journal[intent.board]?.claim = power
            return intent.board
        }
        if let board { check(board) }
    }

    /// All were begun and ended in one transaction.
    func settled(_ intents: [PowerIntent], _ power: PowerState) {
        for intent in intents {
            trace.note("journal: \(intent.board) settled as \(power)")
            state.withLock { state in
                state.journal[intent.board] = JournalView(newest: Int64.max, isOpen: false, claim: power)
            }
            check(intent.board)
        }
    }

    private func check(_ name: BoardName) {
        guard let board = boards[name], !board.isExcused else { return }
        let isOn = board.isOn
        let (journal, hasOwner, isRecovered) = state.withLock { state in
            (
                state.journal[name] ?? JournalView(),
                state.leases[name] != nil || state.reservations[name] != nil
                    || state.healths[name] == .maintenance,
                state.isRecovered
            )
        }
        if isOn && !hasOwner {
            report(.poweredByOwner, "\(name) has power, and nobody owns it")
        }
        // A line that dropped with its process is taken in by recovery.
        guard isRecovered || board.ownerDeath == .keeps else { return }
        if journal.says != .unknown, journal.says != (isOn ? .on : .off) {
            report(.journalAgrees, "\(name) is \(isOn ? "on" : "off"), and the journal says \(journal.says)")
        }
    }

    // MARK: - Leases and runs

    /// The leases that stand in the database now.
    func hold(_ leases: [Lease], _ reservations: [Reservation]) {
        let now = simulation.now
        let people = Dictionary(uniqueKeysWithValues: reservations.map { ($0.board, $0) })
        if let lease = leases.first(where: { people[$0.board] != nil }) {
            report(.oneHolder, "\(lease.board) is leased to job \(lease.job), and to a person")
        }
        var lost: Reservation?
        let changed = state.withLock { state -> [BoardName] in
            var changed: [BoardName] = []
            let present = Dictionary(uniqueKeysWithValues: leases.map { ($0.board, $0) })
            for name in boards.keys.sorted()
            where state.leases[name] != present[name] || state.reservations[name]?.id != people[name]?.id {
                changed.append(name)
                if present[name] == nil { state.freeSince[name] = now }
            }
            for (name, lease) in state.reservations
            where people[name]?.id != lease.id && !state.over.contains(lease.id) {
                lost = lease
            }
            state.leases = present
            state.reservations = people
            return changed
        }
        if let lost { report(.leasesKept, "lease \(lost.id) of \(lost.board) for \(lost.holder) is gone") }
        for name in changed { check(name) }
    }

    /// A person's lease is over, or goes on under another number.
    func mayVanish(_ lease: LeaseID) { state.withLock { _ = $0.over.insert(lease) } }

    func standsInLine(_ stands: Bool) { state.withLock { $0.line += stands ? 1 : -1 } }

    func queued(_ job: JobID) {
        let now = simulation.now
        state.withLock { $0.queued[job] = now }
    }

    func started(_ lease: Lease) {
        trace.note("job \(lease.job) runs on \(lease.board)")
        let now = simulation.now
        let (promise, queued) = state.withLock { state in
            state.started.insert(lease)
            return (state.promises[lease.job], state.queued[lease.job])
        }
        if let promise, let queued, now.duration(since: queued) > promise {
            report(
                .noStarvation, "job \(lease.job) waited for \(now.duration(since: queued)), and was promised \(promise)"
            )
        }
    }

    func promised(_ job: JobID, _ time: Duration) { state.withLock { $0.promises[job] = time } }

    func runBegan(_ lease: Lease) {
        trace.note("run of job \(lease.job) begins on \(lease.board)")
        let (other, isStarted, present) = state.withLock { state in
            defer { state.runs[lease.board] = lease }
            return (state.runs[lease.board], state.started.contains(lease), state.leases[lease.board])
        }
        if let other { report(.oneHolder, "\(lease.board) runs job \(lease.job) beside job \(other.job)") }
        if !isStarted { report(.leaseBehindRun, "job \(lease.job) runs on \(lease.board), and was not started") }
        if present != lease { report(.leaseBehindRun, "job \(lease.job) runs on \(lease.board) without its lease") }
    }

    /// The run still goes on: its lease has to stand.
    func runGoesOn(_ lease: Lease) {
        let present = state.withLock { $0.leases[lease.board] }
        if present != lease { report(.leaseBehindRun, "job \(lease.job) goes on on \(lease.board) without its lease") }
    }

    func runEnded(_ lease: Lease) {
        runGoesOn(lease)
        trace.note("run of job \(lease.job) ended on \(lease.board)")
        state.withLock { state in
            if state.runs[lease.board] == lease { state.runs[lease.board] = nil }
        }
    }

    // MARK: - The life of labd

    func lifeEnded() {
        state.withLock { state in
            state.runs = [:]
            state.handled = []
            state.isRecovered = false
            state.servingSince = nil
        }
    }

    func recovered(_ leases: [Lease]) {
        state.withLock { $0.isRecovered = true }
        if let lease = leases.first {
            report(.recoveryLeavesNothing, "the lease of \(lease.board) by job \(lease.job) stands after recovery")
        }
        for name in boards.keys.sorted() { check(name) }
    }

    /// The lab works as it should from now on, or does not.
    func serves(_ isServing: Bool) {
        let now = simulation.now
        state.withLock { $0.servingSince = isServing && !$0.isDiskFull ? now : nil }
    }

    var refusesWrites: Bool { state.withLock { $0.refusesWrites } }

    func refusesWrites(_ refuses: Bool) { state.withLock { $0.refusesWrites = refuses } }

    /// While the disk is full, and until what was given up is tried again, nothing is prompt.
    func diskIsFull(_ isFull: Bool) {
        state.withLock { $0.isDiskFull = isFull }
        serves(!isFull && state.withLock { $0.isRecovered })
    }

    func isHandled(_ board: BoardName, _ isHandled: Bool) {
        let now = simulation.now
        state.withLock { state in
            if isHandled {
                state.handled.insert(board)
            } else {
                state.handled.remove(board)
                state.freeSince[board] = now
            }
        }
    }

    /// A board's health was stored, which may let it take jobs.
    func healthChanged(_ board: BoardName, _ health: BoardHealth) {
        let now = simulation.now
        state.withLock { state in
            state.freeSince[board] = now
            state.healths[board] = health
        }
        check(board)
    }

    /// The end of a job may change the health of its board.
    func healths(_ boards: [BoardRecord]) {
        state.withLock { state in
            for board in boards { state.healths[board.name] = board.health }
        }
    }

    // MARK: - What was acknowledged

    func submits(_ token: String) { state.withLock { _ = $0.unsure.insert(token) } }

    func acknowledged(_ token: String, _ job: JobID) {
        trace.note("\(token) is job \(job)")
        state.withLock { state in
            state.unsure.remove(token)
            state.acknowledged[token] = job
        }
    }

    func refused(_ token: String) {
        state.withLock { state in
            state.unsure.remove(token)
            state.refused.insert(token)
        }
    }

    func acknowledged(_ results: [ResultRecord], _ job: JobID) {
        state.withLock { state in
            for result in results {
                state.results[job, default: [:]]["\(result.suite)/\(result.name)", default: 0] += 1
            }
        }
    }

    /// A new run begins without results.
    func beginsResults(of job: JobID, run: Int) {
        state.withLock { state in
            state.results[job] = [:]
            state.lastRuns[job] = run
        }
    }

    func canceled(_ job: JobID, _ answer: JobState) {
        trace.note("job \(job) is cancelled: \(answer.name)")
        state.withLock { state in
            if state.canceled[job] == nil { state.canceled[job] = answer }
        }
    }
}
