import LabModel
import NIOCore
import NIOPosix
import Synchronization

/// A cut through a modelled relay: the command is given at once, the power goes when the relay and the supply let it.
final class RelayCut: PreparedCut {
    private let relay: ModelledRelay
    private let clock: any LabClock
    /// Takes the power away now. Neither blocks nor suspends.
    private let act: @Sendable () -> Void
    /// Returns once the board is without power.
    private let gone: @Sendable () async throws(Failure) -> Void
    private let board: BoardName
    private let state = Mutex<(commanded: MonotonicTime?, sticks: Bool)>((nil, false))
    private let acted = OneTimeEvent()

    init(
        relay: ModelledRelay, board: BoardName, clock: any LabClock, act: @escaping @Sendable () -> Void,
        gone: @escaping @Sendable () async throws(Failure) -> Void
    ) {
        self.relay = relay
        self.board = board
        self.clock = clock
        self.act = act
        self.gone = gone
    }

    func fire() -> MonotonicTime {
        state.withLock { state in
            if let commanded = state.commanded { return commanded }
            let now = clock.monotonic()
            let delay = relay.nextCut()
            state = (now, delay == nil)
            // Relays work in real time, and an event loop is what keeps it.
            if let delay {
                MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: .nanoseconds(delay.nanoseconds)) {
                    [act, acted] in
                    act()
                    acted.happen()
                }
            }
            return now
        }
    }

    func confirm() async throws(Failure) {
        let (commanded, sticks) = state.withLock { $0 }
        guard commanded != nil else { throw Failure(.bug, "a cut was confirmed before it was fired") }
        guard !sticks else {
            // Without a contact that reads back, nobody notices here.
            guard relay.settings.readsBack else { return }
            throw Failure(.infrastructure, "the relay sticks: the board still has power", at: board.rawValue)
        }
        do {
            // Not the time it should take: a busy host opens the contact later.
            try await acted.wait()
        } catch {
            throw Failure(.canceled, "canceled while the board's power went away")
        }
        try await gone()
    }
}
