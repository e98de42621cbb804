public import LabModel
import Synchronization

/// A board's power switch with the journal around it: intent, switch, what is seen, end. One for each lease.
public final class JournaledPower: PowerControl {
    private struct State {
        var facts: PowerFacts
        /// A cut that was prepared and not confirmed yet.
        var armed: Int64?
        var isRevoked = false
        /// What the switch was last told by this one.
        var told: PowerTarget?
    }

    private let inner: any PowerControl
    private let board: BoardName
    private let job: JobID?
    private let reason: String
    private let journal: any PowerJournal
    private let clock: any LabClock
    private let times: SwitchTimes
    private let arrears: Arrears
    private let lease: LeaseGeneration?
    private let fence: (any LeaseFence)?
    private let state: Mutex<State>

    public var ownerDeath: OwnerDeath { inner.ownerDeath }

    /// What the switch was last told in this name; nil when it was left alone.
    var told: PowerTarget? { state.withLock { $0.told } }

    /// - Parameters:
    ///   - reason: stands in the journal beside every change.
    ///   - arrears: where a change goes that the journal does not take.
    ///   - lease: in whose name it switches; nil for the lab itself.
    ///   - fence: asked before each switch whether `lease` is still the board's present one.
    init(
        _ inner: any PowerControl, board: BoardName, job: JobID?, reason: String, facts: PowerFacts = PowerFacts(),
        journal: any PowerJournal, clock: any LabClock, times: SwitchTimes, arrears: Arrears,
        lease: LeaseGeneration? = nil, fence: (any LeaseFence)? = nil
    ) {
        self.inner = inner
        self.board = board
        self.job = job
        self.reason = reason
        self.journal = journal
        self.clock = clock
        self.times = times
        self.arrears = arrears
        self.lease = lease
        self.fence = fence
        state = Mutex(State(facts: facts))
    }

    /// Learns what the board's supply needs.
    func apply(_ facts: PowerFacts) {
        state.withLock { $0.facts = facts }
    }

    /// The lease is over: whoever still holds this switch changes nothing any more.
    func revoke() {
        state.withLock { $0.isRevoked = true }
    }

    public func set(_ target: PowerTarget) async throws(Failure) {
        try checkRevocation()
        if target == .on { try await waitUntilReady() }
        try await journaled(target) { () async throws(Failure) in try await inner.set(target) }
    }

    public func observed() async -> PowerState {
        await inner.observed()
    }

    public func report() async -> PowerReport? {
        await inner.report()
    }

    public func powerLoss() async throws -> String {
        try await inner.powerLoss()
    }

    public func prepareCut() async throws(Failure) -> any PreparedCut {
        try await checkLease(.off)
        try await endArmed()
        let intent = try await journal.begin(
            PowerIntent(board: board, target: .off, kind: .armed, job: job, reason: reason))
        do {
            let cut = try await inner.prepareCut()
            state.withLock { $0.armed = intent }
            return JournaledCut(cut, intent: intent, power: self)
        } catch {
            try await journal.end(intent, state: await inner.observed(), note: error.message)
            throw error
        }
    }

    /// Does `change`, which should leave the power at `target`, between an intent and its end.
    ///
    /// - Throws: what `change` throws; `infrastructure` when the switch is seen to have done something else.
    func journaled(_ target: PowerTarget, _ change: () async throws(Failure) -> Void) async throws(Failure) {
        try await checkLease(target)
        let before = await inner.observed()
        let intent = PowerIntent(board: board, target: target, kind: .switch, job: job, reason: reason)
        let (number, refusal) = await begin(intent)
        if refusal == nil || target == .off { state.withLock { $0.told = target } }
        // Switching off is what recovery would do as well, so a journal that fails must not keep a board powered.
        if let refusal, target == .on { throw refusal }
        let failure = await outcome(of: change)
        let seen = failure == nil ? await inner.observed() : .unknown
        // A switch that reads back the opposite, now or before, has switched all the same.
        if target == .off && (before != .off || seen != .off || times.lastTold(board) == .on) {
            times.noteOff(board, at: clock.monotonic())
        }
        if target == .on && before != .on { times.noteOn(board, at: clock.monotonic()) }
        times.noteTold(target, board)
        if number == nil { arrears.add(.switched(intent), of: board) }
        let unstored = await outcome { () async throws(Failure) in
            if let number {
                try await end(number, state: seen, note: failure?.message)
                arrears.forgetSwitches(of: board)
            }
            try await endArmed()
        }
        if let failure { throw failure }
        guard seen == .unknown || seen == target.state else {
            throw Failure(
                .infrastructure, "switched \(target), and the power still reads \(seen)", at: board.rawValue,
                advice: "check the power switch and its wiring")
        }
        if let failure = refusal ?? unstored { throw failure }
    }

    /// The cut behind `intent` was fired: waits until that is certain and ends the intent.
    fileprivate func confirm(_ cut: any PreparedCut, intent: Int64) async throws(Failure) {
        let failure = await outcome { () async throws(Failure) in try await cut.confirm() }
        times.noteOff(board, at: clock.monotonic())
        state.withLock {
            if $0.armed == intent { $0.armed = nil }
            $0.told = .off
        }
        // A switch without any read-back may have cut, and nobody saw it.
        let isKnown = await inner.report()?.verified != .unknown
        let state: PowerState = failure == nil && isKnown ? .off : .unknown
        let unstored = await outcome { () async throws(Failure) in
            try await end(intent, state: state, note: failure?.message)
        }
        if let failure = failure ?? unstored { throw failure }
    }

    /// The cut behind `intent` was not fired and will not be.
    fileprivate func abandon(intent: Int64) async throws(Failure) {
        let isOurs = state.withLock { state in
            defer { if state.armed == intent { state.armed = nil } }
            return state.armed == intent
        }
        if isOurs { try await end(intent, state: await inner.observed(), note: "not fired") }
    }

    private func begin(_ intent: PowerIntent) async -> (number: Int64?, refusal: Failure?) {
        do {
            return (try await journal.begin(intent), nil)
        } catch {
            return (nil, error)
        }
    }

    /// A cut that was armed and never confirmed is over once the power was switched.
    private func endArmed() async throws(Failure) {
        let armed = state.withLock { state in
            defer { state.armed = nil }
            return state.armed
        }
        guard let armed else { return }
        try await end(armed, state: await inner.observed(), note: "not confirmed; a later switch replaced it")
    }

    /// What cannot be stored now is stored later: an open intent says that nobody knows the state.
    private func end(_ intent: Int64, state: PowerState, note: String?) async throws(Failure) {
        do {
            try await journal.end(intent, state: state, note: note)
        } catch {
            arrears.add(.ended(intent: intent, note: note), of: board)
            throw error
        }
    }

    private func outcome(of change: () async throws(Failure) -> Void) async -> Failure? {
        do {
            try await change()
            return nil
        } catch {
            return error
        }
    }

    /// Holds back whoever has an older lease than the board's present one.
    private func checkLease(_ target: PowerTarget) async throws(Failure) {
        try checkRevocation()
        guard let lease, let fence else { return }
        let isPresent: Bool
        do throws(Failure) {
            isPresent = try await fence.isPresent(lease, of: board)
        } catch {
            // As with the journal: a store that fails must not keep a board powered.
            if target == .on { throw error }
            return
        }
        guard !isPresent else { return }
        throw Failure(
            .canceled, "the lease of \(board) has ended: its power is not switched any more", at: board.rawValue,
            advice: "`lablctl leases --history \(board)` tells how")
    }

    private func checkRevocation() throws(Failure) {
        guard state.withLock({ $0.isRevoked }) else { return }
        throw Failure(.bug, "a power switch was used after its lease had ended", at: board.rawValue)
    }

    private func waitUntilReady() async throws(Failure) {
        if await inner.observed() == .on, times.lastTold(board) != .off { return }
        let ready = times.readiness(of: board, for: state.withLock { $0.facts })
        guard ready > clock.monotonic() else { return }
        do {
            try await clock.sleep(until: ready)
        } catch {
            throw Failure(.canceled, "canceled while the board had to stay off")
        }
    }
}

/// A prepared cut whose end is journalled. Firing it touches nothing but the switch.
private struct JournaledCut: PreparedCut {
    private let inner: any PreparedCut
    private let intent: Int64
    private let power: JournaledPower

    init(_ inner: any PreparedCut, intent: Int64, power: JournaledPower) {
        self.inner = inner
        self.intent = intent
        self.power = power
    }

    func fire() -> MonotonicTime {
        inner.fire()
    }

    func confirm() async throws(Failure) {
        try await power.confirm(inner, intent: intent)
    }

    func abandon() async throws(Failure) {
        try await inner.abandon()
        try await power.abandon(intent: intent)
    }
}
