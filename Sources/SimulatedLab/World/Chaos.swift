import LabModel
import LabScheduler
import LabSimulation
import LabStore

/// What goes wrong in the lab, and who mends it.
struct Chaos: Sendable {
    let world: World

    private var scenario: Scenario { world.scenario }
    private var clock: SimulatedClock { world.clock }

    /// Starts every kind of fault that the scenario has. Each ends by the end of the scenario's span.
    func start() {
        let kinds: [(Scenario.Faults, String, @Sendable (inout SplitMix64) async -> Void)] = [
            (.relay, "relay", breakSwitch), (.board, "board", misbehave), (.fullDisk, "disk", fillDisk),
            (.clockJump, "clock", jump), (.people, "person", switchByHand), (.people, "operator", setAside),
            (.stop, "service manager", stop),
        ]
        for (index, (fault, name, act)) in kinds.enumerated() where scenario.faults.contains(fault) {
            world.simulation.start(name) { [world] in
                var chance = SplitMix64(seed: world.seed &+ 1_000_003 &* UInt64(index + 1))
                while !world.isOver {
                    let pause = chance.duration(in: .seconds(1)...world.scenario.span / 3)
                    try? await world.clock.sleep(for: pause)
                    if world.isOver { return }
                    await act(&chance)
                }
            }
        }
    }

    private func board(_ chance: inout SplitMix64) -> PhysicalBoard {
        world.physical[Int(chance.next(upperBound: UInt64(world.physical.count)))]
    }

    @Sendable private func breakSwitch(_ chance: inout SplitMix64) async {
        let board = board(&chance)
        let faults = PhysicalBoard.Fault.allCases
        let fault = faults[Int(chance.next(upperBound: UInt64(faults.count)))]
        world.trace.note("the switch of \(board.name) \(fault.rawValue)")
        board.breakSwitch(fault)
        try? await clock.sleep(for: chance.duration(in: .seconds(5) ... .seconds(300)))
        world.trace.note("the switch of \(board.name) is mended")
        board.mend()
    }

    @Sendable private func misbehave(_ chance: inout SplitMix64) async {
        let board = board(&chance)
        let behaviours: [PhysicalBoard.Behaviour] = [.hangs, .silent, .reboots]
        let behaviour = behaviours[Int(chance.next(upperBound: UInt64(behaviours.count)))]
        world.trace.note("\(board.name) \(behaviour.rawValue)")
        board.behave(behaviour)
        try? await clock.sleep(for: chance.duration(in: .seconds(60) ... .seconds(600)))
        board.behave(.boots)
    }

    @Sendable private func fillDisk(_ chance: inout SplitMix64) async {
        world.trace.note("the disk is full")
        world.witness.diskIsFull(true)
        // Either SQLite may take no other page, so that most small changes still fit, or nothing is written at all.
        world.witness.refusesWrites(scenario.faults.contains(.refusingDisk) && chance.unit() < 0.5)
        try? world.memory.setFull(true)
        try? await clock.sleep(for: chance.duration(in: .seconds(1) ... .seconds(90)))
        try? world.memory.setFull(false)
        world.witness.refusesWrites(false)
        world.trace.note("the disk has space")
        // What was given up meanwhile is tried again at the queue's regular look.
        try? await clock.sleep(for: .seconds(25))
        world.witness.diskIsFull(false)
    }

    @Sendable private func jump(_ chance: inout SplitMix64) async {
        let hours = Double(Int(chance.next(upperBound: UInt64(9))) - 4)
        world.trace.note("the clock jumps by \(hours) h")
        world.simulation.jump(by: .seconds(hours * 3600))
        if world.life?.scheduler != nil { world.witness.serves(true) }
    }

    @Sendable private func switchByHand(_ chance: inout SplitMix64) async {
        let board = board(&chance)
        let change = PowerChange.allCases[Int(chance.next(upperBound: UInt64(3)))]
        await byHand(board, change)
    }

    @Sendable private func setAside(_ chance: inout SplitMix64) async {
        let board = board(&chance)
        let reason = "an operator looks at it"
        try? await world.life?.scheduler?.setHealth(.maintenance, of: board.name, reason: reason, caller: "operator")
        try? await clock.sleep(for: chance.duration(in: .seconds(10) ... .seconds(300)))
        try? await world.life?.scheduler?.setHealth(.good, of: board.name, reason: nil, caller: "operator")
    }

    @Sendable private func stop(_ chance: inout SplitMix64) async {
        guard let scheduler = world.life?.scheduler else { return }
        world.trace.note("labd is asked to stop")
        world.witness.serves(false)
        await scheduler.stop()
    }

    private func byHand(_ board: PhysicalBoard, _ change: PowerChange) async {
        guard let life = world.life, let scheduler = life.scheduler else { return }
        world.trace.note("\(board.name) is switched \(change) by hand")
        life.witness.isHandled(board.name, true)
        do {
            _ = try await scheduler.power(board.name, change, by: "ann")
        } catch {
            world.trace.note("by hand: \(error)")
        }
        if life.isAlive { life.witness.isHandled(board.name, false) }
    }

    /// The end of all faults: whatever is broken is mended, and boards that were set aside take jobs again.
    func mendAll() async {
        for board in world.physical { board.mend() }
        try? world.memory.setFull(false)
        world.witness.refusesWrites(false)
        try? await clock.sleep(for: .seconds(60))
        if world.life?.scheduler != nil { world.witness.serves(true) }
    }

    /// What an operator does with boards that take no jobs: looks at their power, and trusts them again.
    func operate() async {
        guard let life = world.life, life.scheduler != nil else { return }
        guard let records = try? await life.real.boards() else { return }
        // A calendar that was set back while labd was away has made leases longer than anybody meant.
        if scenario.faults.contains(.clockJump), let scheduler = life.scheduler {
            for record in records where record.reservation != nil {
                _ = try? await scheduler.kick(record.name, reason: "the clock was wrong", grace: .zero, caller: "boss")
            }
        }
        for record in records where record.state == .idle {
            guard let board = world.physical.first(where: { $0.name == record.name }) else { continue }
            if !record.health.acceptsJobs || board.isExcused || board.isOn { await byHand(board, .off) }
            if !record.health.acceptsJobs {
                try? await world.life?.scheduler?.setHealth(
                    .good, of: record.name, reason: "mended", caller: "operator")
            }
        }
    }
}
