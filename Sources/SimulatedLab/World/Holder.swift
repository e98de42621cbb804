import LabModel
import LabScheduler
import LabSimulation

/// A person who leases boards and works with them: gives them back, hands them over, forgets them, or loses them.
struct Holder: Sendable {
    let world: World
    let number: Int

    private var clock: SimulatedClock { world.clock }
    private var name: String { "holder\(number)" }
    /// Nil while labd is not there.
    private var lab: Scheduler? { world.life?.scheduler }

    func work() async {
        var chance = SplitMix64(seed: world.seed &+ 4099 &* UInt64(number + 1))
        while true {
            try? await clock.sleep(for: chance.duration(in: .seconds(5)...world.scenario.span / 4))
            if world.isOver { return }
            if let board = await lease(&chance) { await use(board, &chance) }
            if chance.unit() < 0.2 { await kick(&chance) }
        }
    }

    private func board(_ chance: inout SplitMix64) -> PhysicalBoard {
        world.physical[Int(chance.next(upperBound: UInt64(world.physical.count)))]
    }

    private func lease(_ chance: inout SplitMix64) async -> BoardName? {
        let board = board(&chance)
        var wish = ReservationWish(
            length: chance.duration(in: .seconds(10) ... .seconds(900)), reason: "a look",
            keepAlive: chance.unit() < 0.3 ? .seconds(120) : nil)
        if chance.unit() < 0.5 { wish.board = board.name } else { wish.type = board.definition.type }
        guard let lab else { return nil }
        if let lease = try? await lab.reserve(wish, by: Caller(name)) { return lease.board }
        return chance.unit() < 0.5 ? await wait(for: wish, at: lab) : nil
    }

    /// Stands in line, for a few minutes at most.
    private func wait(for wish: ReservationWish, at lab: Scheduler) async -> BoardName? {
        guard let place = try? await lab.standInLine(wish, by: Caller(name)) else { return nil }
        world.witness.standsInLine(true)
        var board: BoardName?
        for _ in 0..<60 {
            do throws(Failure) {
                board = try await lab.take(place)?.board
            } catch {
                break
            }
            if board != nil || world.isOver { break }
            try? await clock.sleep(for: .seconds(2))
        }
        await lab.leave(place)
        world.witness.standsInLine(false)
        return board
    }

    private func use(_ board: BoardName, _ chance: inout SplitMix64) async {
        for _ in 0..<(1 + Int(chance.next(upperBound: UInt64(5)))) {
            try? await clock.sleep(for: chance.duration(in: .seconds(1) ... .seconds(200)))
            guard let lab else { continue }
            let change = PowerChange.allCases[Int(chance.next(upperBound: UInt64(3)))]
            switch chance.next(upperBound: UInt64(4)) {
            case 0:
                _ = try? await lab.extend(
                    board, by: chance.duration(in: .seconds(5)...(.seconds(600))), caller: Caller(name))
            case 1: _ = try? await lab.keepAlive(board, caller: Caller(name))
            default: _ = try? await lab.power(board, change, by: Caller(name))
            }
            if world.isClosed { return }
        }
        guard let lab else { return }
        switch chance.next(upperBound: UInt64(4)) {
        case 0: _ = try? await lab.handOver(board, to: "holder\(number + 1)", reason: nil, caller: Caller(name))
        // Forgotten: it expires.
        case 1: return
        default: _ = try? await lab.release(board, reason: nil, caller: Caller(name))
        }
    }

    private func kick(_ chance: inout SplitMix64) async {
        guard let lab else { return }
        let grace = chance.unit() < 0.5 ? Duration.zero : chance.duration(in: .seconds(1) ... .seconds(120))
        _ = try? await lab.kick(board(&chance).name, reason: "needed", grace: grace, caller: "boss")
    }
}
