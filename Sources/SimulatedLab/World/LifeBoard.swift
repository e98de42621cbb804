import LabModel
import LabSimulation
import Synchronization

/// A board as one life of labd has it: when that life is over, nothing reaches the board through it.
struct LifeBoard: Board {
    let physical: PhysicalBoard
    let life: Life
    var console: any Console { life.console(of: physical) }

    var name: BoardName { physical.name }
    var definition: BoardDefinition { physical.definition }
    var power: any PowerControl { LifePower(physical: physical, life: life) }
    var bootMedium: (any BootMedium)? { nil }

    func prepare(_ preparation: BoardPreparation) async throws(Failure) {
        try await LifePower(physical: physical, life: life).set(.off)
    }

    func rest() async throws(Failure) {
        try await LifePower(physical: physical, life: life).set(.off)
    }
}

struct LifePower: PowerControl {
    let physical: PhysicalBoard
    let life: Life

    var ownerDeath: OwnerDeath { physical.ownerDeath }

    func set(_ target: PowerTarget) async throws(Failure) {
        try life.check()
        // The command is on its way, and takes as long as it takes, whoever was cancelled.
        await Task.yield()
        try? await life.clock.sleep(for: .milliseconds(1 + Int(life.simulation.chance() % 300)))
        try life.check()
        try command(target)
        await Task.yield()
        try life.check()
    }

    /// The command arrives.
    func command(_ target: PowerTarget) throws(Failure) {
        let boots = physical.boots
        let off = try physical.obey(target)
        if physical.boots > boots { life.tellBoot(of: physical) }
        life.witness.switched(physical, to: target, afterOff: off)
    }

    func observed() async -> PowerState {
        await Task.yield()
        return life.isAlive ? physical.reading : .unknown
    }

    func report() async -> PowerReport? { life.isAlive ? physical.report : nil }

    func prepareCut() async throws(Failure) -> any PreparedCut {
        try life.check()
        return LifeCut(power: self)
    }
}

/// A cut of a model board.
private final class LifeCut: PreparedCut {
    private let power: LifePower
    private let fired = Mutex<MonotonicTime?>(nil)

    init(power: LifePower) {
        self.power = power
    }

    func fire() -> MonotonicTime {
        let now = power.life.clock.monotonic()
        let isFirst = fired.withLock { fired in
            defer { fired = fired ?? now }
            return fired == nil
        }
        if isFirst, power.life.isAlive { try? power.command(.off) }
        return now
    }

    func confirm() async throws(Failure) {
        await Task.yield()
        try power.life.check()
        guard power.physical.reading != .on else {
            throw Failure(.infrastructure, "the board still has power after the cut", at: power.physical.name.rawValue)
        }
    }
}

/// The boards of one life.
struct LifeRegistry: BoardRegistry {
    let boards: [LifeBoard]

    var names: [BoardName] { boards.map(\.name) }

    func board(_ name: BoardName) -> (any Board)? {
        boards.first { $0.name == name }
    }
}
