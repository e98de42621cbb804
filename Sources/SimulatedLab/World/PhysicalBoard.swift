import LabModel
import LabSimulation
import Synchronization

/// A board as it really is, whatever labd believes: it outlives every life of labd.
final class PhysicalBoard: Sendable {
    /// What can be wrong with its power switch.
    enum Fault: String, CaseIterable, Sendable {
        /// Takes every command and stays as it is.
        case sticks
        /// Works, and reads back the opposite.
        case lies
        /// Works, and cannot tell.
        case mute
        /// Refuses every command.
        case refuses
    }

    /// What comes of the next power-on.
    enum Behaviour: String, CaseIterable, Sendable {
        case boots, hangs, silent, reboots
    }

    private struct State {
        var isOn = false
        var desired: PowerTarget?
        var lastOff = MonotonicTime(nanoseconds: Int64.min / 2)
        var fault: Fault?
        var isExcused = false
        var behaviour = Behaviour.boots
        /// Counts power-ons, so that who waits for a boot notices that the power was away.
        var boots = 0
    }

    let definition: BoardDefinition
    let ownerDeath: OwnerDeath
    /// Whether labd sees more than the switch's own word.
    let hasEvidence: Bool
    private let simulation: Simulation
    private let state = Mutex(State())

    var name: BoardName { definition.name }

    init(_ definition: BoardDefinition, ownerDeath: OwnerDeath, hasEvidence: Bool, simulation: Simulation) {
        self.definition = definition
        self.ownerDeath = ownerDeath
        self.hasEvidence = hasEvidence
        self.simulation = simulation
    }

    var isOn: Bool { state.withLock { $0.isOn } }
    var fault: Fault? { state.withLock { $0.fault } }
    var boots: Int { state.withLock { $0.boots } }
    var behaviour: Behaviour { state.withLock { $0.behaviour } }

    /// Whether its power may be anything: its switch is broken, or was, and was not obeyed since.
    var isExcused: Bool { state.withLock { $0.fault != nil || $0.isExcused } }

    func breakSwitch(_ fault: Fault) {
        state.withLock { state in
            state.fault = fault
            state.isExcused = true
        }
    }

    func mend() {
        state.withLock { state in
            state.fault = nil
            state.behaviour = .boots
        }
    }

    func behave(_ behaviour: Behaviour) {
        state.withLock { $0.behaviour = behaviour }
    }

    /// A command reaches the switch.
    ///
    /// - Returns: how long it was off when this switched it on; nil when it did not. Throws when it refuses.
    func obey(_ target: PowerTarget) throws(Failure) -> Duration? {
        let now = simulation.now
        let isRefused = state.withLock { $0.fault == .refuses }
        if isRefused { throw Failure(.infrastructure, "the power switch refuses", at: name.rawValue) }
        return state.withLock { state in
            state.desired = target
            if state.fault == nil { state.isExcused = false }
            guard state.fault != .sticks else { return nil }
            return Self.change(&state, to: target == .on, at: now)
        }
    }

    /// The process that holds the line is gone.
    func dropLine() {
        guard ownerDeath == .drops else { return }
        let now = simulation.now
        state.withLock { state in
            if state.fault != .sticks { _ = Self.change(&state, to: false, at: now) }
            // The next labd has not said anything to it yet.
            state.desired = nil
        }
    }

    private static func change(_ state: inout State, to isOn: Bool, at now: MonotonicTime) -> Duration? {
        guard state.isOn != isOn else { return nil }
        state.isOn = isOn
        if isOn {
            state.boots += 1
            return now.duration(since: state.lastOff)
        }
        state.lastOff = now
        return nil
    }

    /// What the switch says.
    var reading: PowerState {
        state.withLock { state in
            switch state.fault {
            case .mute: .unknown
            case .lies: state.isOn ? .off : .on
            case .sticks, .refuses, nil: state.isOn ? .on : .off
            }
        }
    }

    /// What is seen of the board itself beside the switch's word; nil without any means to see it.
    var report: PowerReport? {
        guard hasEvidence else { return nil }
        let reading = reading
        return state.withLock { state in
            let says: PowerState = state.isOn ? .on : .off
            let evidence = [PowerEvidence(.meter, says, "the meter shows \(says)")]
            let verdict = state.desired.map { PowerReport.verdict($0, evidence) } ?? .unknown
            return PowerReport(desired: state.desired, reported: reading, verified: verdict, evidence: evidence)
        }
    }
}
