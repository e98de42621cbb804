import LabModel
import LabSimulation

/// Runs jobs on model boards as the engine does, without a console: artefacts, power, boot, tests, a power cut, rest.
struct ModelRunner: JobRunner {
    let life: Life

    func run(_ plan: JobPlan, lease: Lease, on board: any Board) async -> JobOutcome {
        var failure: Failure?
        do {
            try await work(plan, lease, board)
        } catch let error as Failure {
            failure = error
        } catch {
            failure = Failure(.canceled, "the job was cancelled")
        }
        if life.mutant == .earlyRelease {
            try? await life.store.finish(lease, JobOutcome(health: .complete))
        }
        let isKept = plan.holdOnFailure != nil && failure.map { $0.type != .canceled } ?? false
        do throws(Failure) {
            if !isKept { try await board.rest() }
        } catch {
            failure = failure ?? error
        }
        if life.mutant == .unfencedLease { lingers(lease) }
        return JobOutcome(
            health: failure.map { $0.type == .canceled ? .canceled : .incomplete } ?? .complete, failure: failure,
            keepsBoard: isKept)
    }

    private func work(_ plan: JobPlan, _ lease: Lease, _ board: any Board) async throws {
        let attempt = try await life.store.job(lease.job)?.attempt ?? 0
        var chance = SplitMix64(
            seed: life.seed &+ UInt64(lease.job.rawValue) &* 0x9e37_79b9 &+ UInt64(attempt) &* 0x85eb_ca6b)
        let isSlow = life.scenario.faults.contains(.slowArtifacts) && chance.unit() < 0.2
        try await life.clock.sleep(for: chance.duration(in: .seconds(1) ... .seconds(isSlow ? 900 : 20)))
        if life.mutant == .brokenRun, lease.job.rawValue.isMultiple(of: 4) { throw CancellationError() }
        let profile = DeviceProfile(
            type: plan.deviceType ?? DeviceTypeName(rawValue: ""),
            power: PowerFacts(
                minimumOffTime: life.mutant == .ignoredOffTime ? .zero : life.scenario.minimumOffTime))
        try await board.prepare(BoardPreparation(job: lease.job, profile: profile, workspace: "/work"))
        let boots = 1 + Int(chance.next(upperBound: UInt64(2)))
        for boot in 1...boots {
            life.witness.runGoesOn(lease)
            try await board.power.set(.on)
            try await waitForBoot(board, &chance)
            for test in 1...(1 + Int(chance.next(upperBound: UInt64(3)))) {
                try await life.clock.sleep(for: chance.duration(in: .seconds(1) ... .seconds(60)))
                try await life.answering.append(
                    [
                        ResultRecord(
                            suite: "model", name: "boot\(boot)-test\(test)", result: .pass, logged: life.clock.wall())
                    ], to: lease.job)
            }
            guard boot < boots else { break }
            if chance.unit() < 0.5 { try await cut(board, &chance) } else { try await board.power.set(.off) }
        }
    }

    private func cut(_ board: any Board, _ chance: inout SplitMix64) async throws {
        let cut = try await board.power.prepareCut()
        try await life.clock.sleep(for: chance.duration(in: .milliseconds(10) ... .seconds(5)))
        if chance.unit() < 0.2 { return try await cut.abandon() }
        _ = cut.fire()
        try await cut.confirm()
    }

    private func waitForBoot(_ board: any Board, _ chance: inout SplitMix64) async throws {
        guard let physical = life.physical.first(where: { $0.name == board.name }) else { return }
        let time = chance.duration(in: .seconds(5) ... .seconds(60))
        switch physical.behaviour {
        case .boots: try await life.clock.sleep(for: time)
        case .reboots: try await life.clock.sleep(for: time * 3)
        case .hangs:
            try await life.clock.sleep(for: .seconds(120))
            throw Failure(.job, "the boot did not end", at: board.name.rawValue)
        case .silent:
            try await life.clock.sleep(for: .seconds(5))
            throw Failure(.infrastructure, "the console is lost", at: board.name.rawValue)
        }
        guard physical.isOn else { throw Failure(.infrastructure, "the board has no power", at: board.name.rawValue) }
    }

    /// Somebody goes on although the lease is over, with a switch that asks nobody.
    private func lingers(_ lease: Lease) {
        guard let board = life.boards.first(where: { $0.name == lease.board }) else { return }
        life.simulation.start("stale holder") { [life] in
            try? await life.clock.sleep(for: .seconds(30))
            try? await board.power.set(.on)
        }
    }
}

/// A runner whose beginnings and ends are seen.
struct WitnessedRunner: JobRunner {
    let inner: any JobRunner
    let life: Life

    func run(_ plan: JobPlan, lease: Lease, on board: any Board) async -> JobOutcome {
        if life.isAlive { life.witness.runBegan(lease) }
        let outcome = await inner.run(plan, lease: lease, on: board)
        if life.isAlive { life.witness.runEnded(lease) }
        return outcome
    }
}
