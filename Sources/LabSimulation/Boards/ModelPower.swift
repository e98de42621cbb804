public import LabModel
import Synchronization

/// A power switch that exists only in memory, with a log of what it was told and faults on demand.
public final class ModelPower: PowerControl {
    /// What can be wrong with a switch.
    public enum Fault: Sendable {
        /// Takes every command and stays as it is.
        case sticks
        /// Works, and reads back the opposite.
        case lies
        /// Works, and cannot tell its state.
        case mute
        /// Refuses every command.
        case refuses
    }

    /// One command that reached the switch.
    public struct Command: Hashable, Sendable {
        public var target: PowerTarget
        public var isCut: Bool
        public var at: MonotonicTime
    }

    private struct State {
        var power: PowerState
        var fault: Fault?
        var commands: [Command] = []
        var onSwitch: (@Sendable (PowerTarget) -> Void)?
    }

    public let ownerDeath: OwnerDeath
    private let clock: any LabClock
    private let state: Mutex<State>

    public init(clock: any LabClock, initially power: PowerState = .off, ownerDeath: OwnerDeath = .keeps) {
        self.clock = clock
        self.ownerDeath = ownerDeath
        state = Mutex(State(power: power))
    }

    /// Called after each command that was obeyed, so that a model board can begin to boot.
    public var onSwitch: (@Sendable (PowerTarget) -> Void)? {
        get { state.withLock { $0.onSwitch } }
        set { state.withLock { $0.onSwitch = newValue } }
    }

    /// Every command so far, refused ones left out.
    public var commands: [Command] { state.withLock { $0.commands } }

    /// Whether the board has power, whatever the switch says.
    public var truth: PowerState { state.withLock { $0.power } }

    /// Breaks the switch from now on; nil mends it.
    public func inject(_ fault: Fault?) {
        state.withLock { $0.fault = fault }
    }

    public func set(_ target: PowerTarget) async throws(Failure) {
        guard obey(target, isCut: false) else { throw Self.refusal }
    }

    public func observed() async -> PowerState {
        state.withLock { state in
            switch state.fault {
            case .mute: .unknown
            case .lies: state.power == .on ? .off : .on
            case .sticks, .refuses, nil: state.power
            }
        }
    }

    public func prepareCut() async throws(Failure) -> any PreparedCut {
        if case .refuses = state.withLock({ $0.fault }) { throw Self.refusal }
        return ModelCut(power: self, clock: clock)
    }

    /// - Returns: false when the switch refuses.
    fileprivate func obey(_ target: PowerTarget, isCut: Bool) -> Bool {
        let now = clock.monotonic()
        let (isObeyed, onSwitch) = state.withLock { state in
            if case .refuses = state.fault { return (false, state.onSwitch) }
            state.commands.append(Command(target: target, isCut: isCut, at: now))
            if case .sticks = state.fault { return (true, nil) }
            state.power = target.state
            return (true, state.onSwitch)
        }
        if isObeyed { onSwitch?(target) }
        return isObeyed
    }

    private static let refusal = Failure(.infrastructure, "the power switch refuses", advice: "mend the model")
}

private final class ModelCut: PreparedCut {
    private let power: ModelPower
    private let clock: any LabClock
    private let fired = Mutex<MonotonicTime?>(nil)

    init(power: ModelPower, clock: any LabClock) {
        self.power = power
        self.clock = clock
    }

    func fire() -> MonotonicTime {
        fired.withLock { fired in
            if let fired { return fired }
            let now = clock.monotonic()
            fired = now
            _ = power.obey(.off, isCut: true)
            return now
        }
    }

    func confirm() async throws(Failure) {
        guard fired.withLock({ $0 }) != nil else { throw Failure(.bug, "the cut was confirmed before it was fired") }
        let seen = await power.observed()
        guard seen == .off else { throw Failure(.infrastructure, "the board still has power after the cut") }
    }
}
