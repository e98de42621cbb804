import LabModel
import Logging
import Synchronization

/// Runs a `SimMachine` on a pseudo-terminal. Every input is handled at once on the thread that brings it, so that a cut
/// acts before anything that comes after it.
final class SimDriver: Sendable {
    private struct State {
        var machine: SimMachine
        var wire: SimWire?
        var host: SimHostShell?
        /// Typed while the shell has said its prompt and its start has not returned yet.
        var unsentToHost: [UInt8] = []
        var workspace: String?
        /// Counts power-ons, so that a shell started for one does not serve the next.
        var generation = 0
        /// Bytes that wait for their turn on a slow line.
        var outbox: [UInt8] = []
        var isPumping = false
        /// That the board went off by itself.
        var loss = OneTimeEvent()
    }

    /// In bytes; more is typed at a shell that never starts.
    private static let unsentLimit = 64 << 10

    private let state: Mutex<State>
    private let baud: Int
    private let usesHost: Bool
    private let board: BoardName
    private let services: VirtualBoardServices

    init(script: SimScript, board: BoardName, services: VirtualBoardServices) {
        state = Mutex(State(machine: SimMachine(script: script)))
        baud = script.baud
        usesHost = script.shell == .host
        self.board = board
        self.services = services
    }

    var isOn: Bool { state.withLock { $0.machine.isOn } }

    func attach(_ wire: SimWire) { state.withLock { $0.wire = wire } }

    func detach() -> SimWire? {
        state.withLock { state in
            defer { state.wire = nil }
            return state.wire
        }
    }

    /// The folder that a host shell works in.
    func use(workspace: String?) {
        state.withLock { $0.workspace = workspace }
        apply(.newJob)
    }

    /// Neither blocks nor suspends.
    func apply(_ input: SimMachine.Input) {
        state.withLock { state in
            let wasOn = state.machine.isOn
            if input == .powerOff { state.outbox = [] }
            for action in state.machine.handle(input) { perform(action, &state) }
            if !wasOn { state.loss = OneTimeEvent() }
            if wasOn, !state.machine.isOn, input != .powerOff { state.loss.happen() }
        }
    }

    /// Returns when the board has gone off by itself.
    func powerLoss() async throws -> String {
        try await state.withLock { $0.loss }.wait()
        return "it went off by itself"
    }

    /// Ends what a host shell left running.
    func sweep() async throws(Failure) {
        guard usesHost else { return }
        try await LeftoverSweep(owner: services.owner, clock: services.clock)
            .end(carrying: SimHostShell.variable, value: board.rawValue)
    }

    private func perform(_ action: SimMachine.Action, _ state: inout State) {
        switch action {
        case .send(let bytes):
            if baud == 0 {
                state.wire?.send(bytes)
            } else {
                state.outbox += bytes
                pump(&state)
            }
        case .wake(let number, let delay):
            state.wire?.schedule(after: delay) { [weak self] in self?.apply(.woken(number)) }
        case .drain(let number):
            let apply: @Sendable () -> Void = { [weak self] in self?.apply(.drained(number)) }
            if baud == 0 {
                state.wire?.whenSent(apply)
            } else {
                state.wire?.schedule(after: .seconds(Double(state.outbox.count * 10) / Double(baud)), apply)
            }
        case .startHost:
            state.generation += 1
            state.unsentToHost = []
            startHost(workspace: state.workspace ?? services.runtimeFolder, generation: state.generation)
        case .tellHost(let bytes):
            if let host = state.host {
                host.send(bytes)
            } else if state.unsentToHost.count < Self.unsentLimit {
                state.unsentToHost += bytes
            }
        case .endHost:
            state.generation += 1
            state.host?.kill()
            state.host = nil
        }
    }

    /// Sends the next few bytes of a slow line: ten bits each.
    private func pump(_ state: inout State) {
        guard !state.isPumping, !state.outbox.isEmpty, let wire = state.wire else { return }
        let piece = Array(state.outbox.prefix(max(1, baud / 10 / 100)))
        state.outbox.removeFirst(piece.count)
        state.isPumping = true
        wire.send(piece)
        wire.schedule(after: .seconds(Double(piece.count * 10) / Double(baud))) { [weak self] in
            self?.state.withLock { state in
                state.isPumping = false
                self?.pump(&state)
            }
        }
    }

    private func startHost(workspace: String, generation: Int) {
        // The board boots on its own, not within anybody's call: so does the start of its shell.
        Task.detached { [weak self, services, board] in
            do {
                let host = try await SimHostShell.start(
                    board: board, owner: services.owner, workspace: workspace,
                    onRead: { [weak self] in self?.apply(.hostSaid($0)) },
                    onEnd: { [weak self] in self?.ended(generation) })
                let isWanted = self?.state.withLock { state in
                    guard state.generation == generation else { return false }
                    state.host = host
                    host.send(state.unsentToHost)
                    state.unsentToHost = []
                    return true
                }
                if isWanted != true { host.kill() }
            } catch {
                services.logger.error(
                    "host shell does not start", metadata: ["board": "\(board)", "error": "\(error)"])
                self?.apply(.hostSaid(Array("\r\n\(error)\r\n".utf8)))
            }
        }
    }

    private func ended(_ generation: Int) {
        let isPresent = state.withLock { state in
            guard state.generation == generation else { return false }
            state.host = nil
            return true
        }
        if isPresent { apply(.hostEnded) }
    }
}
