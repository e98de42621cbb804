import LabModel
import Synchronization

/// The power of one real board: rails that are switched, and what is seen of it afterwards.
final class SwitchedPower: PowerControl {
    private struct State {
        var desired: PowerTarget?
        var report: PowerReport?
        /// When it was last switched off.
        var off: MonotonicTime?
    }

    private let board: BoardName
    /// In the order of switching on.
    private let rails: [PowerRail]
    private let witness: PowerWitness
    private let plan: PowerEvidencePlan
    private let stagger: PowerOnStagger
    private let clock: any LabClock
    private let state = Mutex(State())

    /// How often a board that should have power is looked at while somebody waits for its loss.
    private static let lossInterval = Duration.seconds(1)

    init(
        board: BoardName, rails: [PowerRail], plan: PowerEvidencePlan, console: (any Console)?, tree: SysfsUSB,
        stagger: PowerOnStagger, clock: any LabClock
    ) {
        self.board = board
        self.rails = rails
        self.plan = plan
        self.stagger = stagger
        self.clock = clock
        witness = PowerWitness(plan: plan, rails: rails, console: console, tree: tree, clock: clock)
    }

    var ownerDeath: OwnerDeath {
        let all = rails.map(\.device.facts.ownerDeath)
        if all.contains(.drops) { return .drops }
        return all.contains(.unknown) ? .unknown : .keeps
    }

    func set(_ target: PowerTarget) async throws(Failure) {
        if target == .on { try await waitForTurn() }
        var report = PowerReport(desired: target, reported: .unknown, verified: .unknown)
        state.withLock {
            $0.desired = target
            $0.report = report
        }
        for attempt in 1...(plan.retries + 1) {
            let spoke = await witness.console?.lastActivity()
            try await drive(target)
            let switched = clock.monotonic()
            if target == .off { state.withLock { $0.off = switched } }
            report = await judged(target, switched: switched, spoke: spoke)
            report.attempts = attempt
            state.withLock { $0.report = report }
            if report.verified != .stuck { return }
        }
        throw stuck(report)
    }

    func observed() async -> PowerState {
        let word = await witness.readBack()
        guard let report = state.withLock({ $0.report }) else { return word?.says ?? .unknown }
        let shown = report.evidence.first { $0.source.isIndependent && $0.says != .unknown }
        // What the board showed outweighs what its switch says of itself.
        if report.verified == .stuck, let shown { return shown.says }
        // A switch that can tell and does not leaves it unknown; what was seen earlier is no answer then.
        if let word { return word.says }
        switch report.verified {
        case .on: return .on
        case .off: return .off
        case .unknown, .stuck: return .unknown
        }
    }

    func report() async -> PowerReport? {
        state.withLock { $0.report } ?? PowerReport(desired: nil, reported: .unknown, verified: .unknown)
    }

    func powerLoss() async throws -> String {
        while true {
            try await clock.sleep(for: Self.lossInterval)
            for rail in rails {
                if let incident = await rail.device.incident() { return incident }
            }
            guard state.withLock({ $0.desired }) == .on, let word = await witness.readBack(), word.says == .off,
                // Somebody of ours may have switched it off while the device was asked.
                state.withLock({ $0.desired }) == .on
            else { continue }
            return "its switch reads off, and nobody of the lab switched it"
        }
    }

    func prepareCut() async throws(Failure) -> any PreparedCut {
        for rail in rails { try await rail.device.warmUp(rail.channel) }
        return SwitchedCut(power: self, commands: cutCommands, clock: clock)
    }

    /// A cut of this board is being fired: that the power goes is no loss now. Neither blocks nor suspends.
    func cutFired() { state.withLock { $0.desired = .off } }

    /// A cut of this board was fired, and its devices have answered.
    ///
    /// - Throws: `infrastructure` when the board is seen to have power still.
    func cutEnded(at switched: MonotonicTime, spoke: MonotonicTime?) async throws(Failure) {
        state.withLock {
            $0.desired = .off
            $0.off = switched
        }
        var report = await judged(.off, switched: switched, spoke: spoke)
        report.attempts = 1
        state.withLock { $0.report = report }
        if report.verified == .stuck { throw stuck(report) }
    }

    func lastWords() async -> MonotonicTime? { await witness.console?.lastActivity() }

    /// What a cut tells each device: the board's first rail alone would leave the others feeding it.
    private var cutCommands: [(device: SwitchDevice, channels: [Int: Bool])] {
        var commands: [(device: SwitchDevice, channels: [Int: Bool])] = []
        for rail in rails {
            if let index = commands.firstIndex(where: { $0.device === rail.device }) {
                commands[index].channels[rail.channel] = rail.level(.off)
            } else {
                commands.append((rail.device, [rail.channel: rail.level(.off)]))
            }
        }
        return commands
    }

    /// On in the order of the rails, each after its predecessor has settled; off in the opposite order, at once.
    private func drive(_ target: PowerTarget) async throws(Failure) {
        guard target == .on else { return try await driveOff() }
        for rail in rails {
            try await rail.device.set(rail.channel, rail.level(.on))
            guard rail.settle > .zero else { continue }
            try await sleep(until: clock.monotonic().advanced(by: rail.settle))
        }
    }

    /// Every rail is told, whatever the others answer: one device that is gone must not keep the rest powered.
    private func driveOff() async throws(Failure) {
        var failure: Failure?
        for rail in rails.reversed() {
            do throws(Failure) {
                try await rail.device.set(rail.channel, rail.level(.off))
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private func judged(
        _ target: PowerTarget, switched: MonotonicTime, spoke: MonotonicTime?
    ) async -> PowerReport {
        // Whoever is cancelled meanwhile has switched, and knows nothing about what came of it.
        let evidence = (try? await witness.look(after: target, switched: switched, spoke: spoke)) ?? []
        let reported = evidence.first { $0.source == .readBack }?.says ?? .unknown
        return PowerReport(
            desired: target, reported: reported, verified: PowerReport.verdict(target, evidence), evidence: evidence)
    }

    /// The lab's turn, and the board's capacitors.
    private func waitForTurn() async throws(Failure) {
        do {
            if let off = state.withLock({ $0.off }) { try await clock.sleep(until: off.advanced(by: plan.discharge)) }
            try await stagger.turn()
        } catch {
            throw Failure(.canceled, "canceled while the board waited for its turn to be switched on")
        }
    }

    private func sleep(until time: MonotonicTime) async throws(Failure) {
        do {
            try await clock.sleep(until: time)
        } catch {
            throw Failure(.canceled, "canceled between two rails of the board's power")
        }
    }

    private func stuck(_ report: PowerReport) -> Failure {
        Failure(
            .infrastructure, "the power does not follow its switch: \(report.summary)", at: board.rawValue,
            advice: "look at the relay, its wiring and its supply; the board takes no jobs until somebody has")
    }
}
