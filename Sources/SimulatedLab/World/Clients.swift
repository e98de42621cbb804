import LabModel
import LabScheduler
import LabSimulation

/// Those who want something of the lab: they submit, cancel, and ask again when nobody answers.
struct Clients: Sendable {
    let world: World

    private var scenario: Scenario { world.scenario }
    private var clock: SimulatedClock { world.clock }

    /// Submits one submitter's part of the jobs, over the scenario's span.
    func submit(_ who: Int) async {
        var chance = SplitMix64(seed: world.seed &+ 77 &* UInt64(who + 1))
        for number in stride(from: who, to: scenario.jobs, by: scenario.submitters) {
            let pause = scenario.span / max(1, scenario.jobs / scenario.submitters)
            try? await clock.sleep(for: chance.duration(in: .zero...pause))
            await submit(jobs: [job(&chance)], as: "job\(number)", by: "user\(who)", &chance)
        }
    }

    /// Submits a group; two submitters race for the same boards.
    func submitGroup(_ number: Int) async {
        var chance = SplitMix64(seed: world.seed &+ 991 &* UInt64(number + 1))
        try? await clock.sleep(for: chance.duration(in: .zero...scenario.span / 2))
        let size = 2 + Int(chance.next(upperBound: UInt64(max(1, scenario.boards / scenario.types - 1))))
        let type = Int(chance.next(upperBound: UInt64(scenario.types)))
        let members = (0..<min(size, world.count(ofType: type))).map { place in
            JobPlan.sample(
                "", type: "type\(type)", role: GroupRole(name: "role\(place)", isEssential: place == 0))
        }
        await submit(jobs: members, as: "group\(number)", by: "user\(number % scenario.submitters)", &chance)
    }

    /// Both groups want both boards, each with another one first, and at the same moment.
    func submitRivals() async {
        let boards = world.physical.map(\.definition)
        for round in 1...scenario.rivalries {
            await withDiscardingTaskGroup { group in
                for (side, order) in [boards, boards.reversed()].enumerated() {
                    let members = order.enumerated().map { place, board in
                        JobPlan.sample(
                            "", type: board.type.rawValue, board: board.name.rawValue,
                            role: GroupRole(name: "role\(place)", isEssential: true))
                    }
                    group.addTask {
                        var chance = SplitMix64(seed: world.seed &+ UInt64(round * 2 + side))
                        await submit(
                            jobs: members, as: "rivals\(round)\(side == 0 ? "a" : "b")", by: "side\(side)", &chance)
                    }
                }
            }
            while await !world.isIdle, !world.isClosed { try? await clock.sleep(for: .seconds(5)) }
        }
    }

    func submitFlood() async {
        var chance = SplitMix64(seed: world.seed &+ 5)
        for number in 0..<scenario.flood {
            await submit(jobs: [.sample("", type: "type0")], as: "flood\(number)", by: "flood", &chance)
        }
    }

    /// Within this time a single job begins, however many others wait.
    static let promise = Duration.seconds(1200)

    func submitFew() async {
        var chance = SplitMix64(seed: world.seed &+ 6)
        for number in 0..<scenario.flood / 10 {
            try? await clock.sleep(for: chance.duration(in: .seconds(60) ... .seconds(600)))
            await submit(jobs: [.sample("", type: "type0")], as: "few\(number)", by: "few", &chance)
        }
    }

    private func job(_ chance: inout SplitMix64) -> JobPlan {
        let isTimed = chance.unit() < 0.15
        let board = chance.unit() < 0.1 ? world.physical[Int(chance.next(upperBound: UInt64(scenario.boards)))] : nil
        // Its submitter wants to see what is left of it when it fails.
        let isKept = scenario.holders > 0 && chance.unit() < 0.3
        return .sample(
            "", type: board?.definition.type.rawValue ?? "type\(chance.next(upperBound: UInt64(scenario.types)))",
            board: board?.name.rawValue, priority: [0, 50, 50, 100][Int(chance.next(upperBound: UInt64(4)))],
            queueTimeout: isTimed ? chance.duration(in: .seconds(60) ... .seconds(1200)) : nil,
            holdOnFailure: isKept ? chance.duration(in: .seconds(10) ... .seconds(600)) : nil)
    }

    /// Until somebody acknowledges it, each time under another name.
    private func submit(jobs: [JobPlan], as name: String, by user: String, _ chance: inout SplitMix64) async {
        for trial in 1...50 {
            let tokens = jobs.indices.map { jobs.count == 1 ? "\(name).\(trial)" : "\(name)-\($0).\(trial)" }
            let submissions = zip(jobs, tokens).map { plan, token in
                var plan = plan
                plan.name = token
                if scenario.usesEngine { plan = .modelled(plan) }
                return NewJob.sample(plan, submitter: user)
            }
            if let ids = await submitOnce(submissions, tokens) {
                if scenario.faults.contains(.cancel), chance.unit() < 0.3, let id = ids.first {
                    // Also at the same moment, against the lease and the start of the job.
                    let longest = [Duration.zero, .seconds(1), .seconds(400)][Int(chance.next(upperBound: UInt64(3)))]
                    let delay = chance.duration(in: .zero...longest)
                    world.simulation.start("cancel of \(id)") { await cancel(id, after: delay) }
                }
                return
            }
            try? await clock.sleep(for: chance.duration(in: .seconds(5) ... .seconds(40)))
            if world.isClosed { return }
        }
    }

    private func submitOnce(_ jobs: [NewJob], _ tokens: [String]) async -> [JobID]? {
        guard let life = world.life, let scheduler = life.scheduler else { return nil }
        for token in tokens { life.witness.submits(token) }
        do throws(Failure) {
            let ids =
                jobs.count == 1
                ? [try await life.answering.submit(jobs[0])] : try await life.answering.submit(group: jobs)
            if life.mutant != .lostWakeUp { await scheduler.jobWasSubmitted() }
            guard life.isAlive else { return nil }
            for (token, id) in zip(tokens, ids) {
                life.witness.acknowledged(token, id)
                if token.hasPrefix("few") { life.witness.promised(id, Self.promise) }
            }
            life.probe()
            return ids
        } catch {
            // What a living lab refuses is not there.
            if life.isAlive { for token in tokens { life.witness.refused(token) } }
            return nil
        }
    }

    private func cancel(_ job: JobID, after delay: Duration) async {
        try? await clock.sleep(for: delay)
        for _ in 1...20 {
            if let life = world.life, let scheduler = life.scheduler,
                let state = try? await scheduler.cancel(job, by: "user", reason: "chance"), life.isAlive
            {
                return life.witness.canceled(job, state)
            }
            try? await clock.sleep(for: .seconds(10))
        }
    }
}
