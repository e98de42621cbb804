import LabModel
import Synchronization

/// A cut through switches: the command goes to each device's own thread, before all that waits there.
final class SwitchedCut: PreparedCut {
    private struct State {
        var fired: MonotonicTime?
        var pending: Int
        var failure: Failure?
        var ended: MonotonicTime?
        var isAbandoned = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let power: SwitchedPower
    private let commands: [(device: SwitchDevice, channels: [Int: Bool])]
    private let clock: any LabClock
    private let state: Mutex<State>

    init(
        power: SwitchedPower, commands: [(device: SwitchDevice, channels: [Int: Bool])], clock: any LabClock
    ) {
        self.power = power
        self.commands = commands
        self.clock = clock
        state = Mutex(State(pending: commands.count))
    }

    func fire() -> MonotonicTime {
        let (time, isFirst) = state.withLock { state -> (MonotonicTime, Bool) in
            if let fired = state.fired { return (fired, false) }
            let now = clock.monotonic()
            state.fired = now
            return (now, !state.isAbandoned)
        }
        guard isFirst else { return time }
        power.cutFired()
        for command in commands {
            command.device.fire(command.channels) { [self] result in ended(result) }
        }
        return time
    }

    func confirm() async throws(Failure) {
        guard let fired = state.withLock({ $0.fired }) else {
            throw Failure(.bug, "a cut was confirmed before it was fired")
        }
        // The board may have gone on speaking while the command was on its way.
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.pending > 0 { state.waiting.append(continuation) }
                return state.pending == 0
            }
            if isOver { continuation.resume() }
        }
        let (failure, ended) = state.withLock { ($0.failure, $0.ended) }
        if let failure { throw failure }
        try await power.cutEnded(at: ended ?? fired, spoke: await power.lastWords())
    }

    func abandon() async throws(Failure) {
        state.withLock { $0.isAbandoned = true }
    }

    private func ended(_ result: Result<SwitchDevice.Switching, Failure>) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.pending -= 1
            switch result {
            case .success(let switching): state.ended = max(state.ended ?? switching.ended, switching.ended)
            case .failure(let failure): state.failure = state.failure ?? failure
            }
            guard state.pending == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
