import Glibc
public import LabModel

extension Laboratory: CrashStates {
    /// What a board for a person may write, in bytes: it is kept in memory.
    private static let sessionLimit = 256 << 20

    public func recordedBlock(of job: JobID, block: Int?) async throws(CrashStateError) -> Int {
        let found = block ?? blocks(of: job).first { access(files(of: job, $0).trace, F_OK) == 0 }
        guard let found, access(files(of: job, found).trace, F_OK) == 0 else {
            let place = block.map { " at block \($0)" } ?? ""
            throw CrashStateError(.missing, Failure(.job, "job \(job) has no recording of power cuts\(place)"))
        }
        return found
    }

    public func facts(of exploration: ExplorationName) async throws(CrashStateError) -> RecordingFacts {
        RecordingFacts(try recorded(exploration).trace, block: exploration.block)
    }

    public func check(_ state: String, of exploration: ExplorationName) async throws(CrashStateError) -> String {
        try Self.known(try Self.name(state), in: try recorded(exploration)).description
    }

    public func boot(
        _ state: String, of exploration: ExplorationName, plan: PowerCutExploration, trial: any CrashTrial
    ) async throws -> CrashBoot {
        let state = try await self.state(state, of: exploration, plan: plan, trial: trial)
        let facts = try await observe(state, trial).facts
        let campaign = try CampaignPlan(plan, twins: 1)
        let isAfter = state.space.isAfterSuccess(state.id)
        let phase = state.space.phase(of: state.id)
        let verdict = campaign.rules.verdict(
            facts, afterSuccess: isAfter, acknowledged: state.space.acknowledged(before: state.id))
        return CrashBoot(
            state: state.id.description, verdict: verdict.rawValue,
            isAllowed: campaign.policy.allows(verdict, phase: phase, afterSuccess: isAfter), phase: phase,
            isAfterSuccess: isAfter, facts: facts)
    }

    public func lend(
        _ state: String, of exploration: ExplorationName, plan: PowerCutExploration, trial: any CrashTrial
    ) async throws -> LentDisk {
        let state = try await self.state(state, of: exploration, plan: plan, trial: trial)
        try await serve()
        let (_, disk) = offer(state, limit: Self.sessionLimit)
        return LentDisk(state: state.id.description, disk: disk) { [shelf] in shelf.remove(disk.export) }
    }

    public func image(
        of state: String, of exploration: ExplorationName, plan: PowerCutExploration, trial: (any CrashTrial)?
    ) async throws -> any ReadableFile {
        CrashImage(state: try await self.state(state, of: exploration, plan: plan, trial: trial))
    }

    public func trace(of exploration: ExplorationName) async throws(CrashStateError) -> any ReadableFile {
        _ = try recorded(exploration)
        do {
            return try StoredFile(path: files(of: exploration).trace)
        } catch {
            throw CrashStateError(.failed, error)
        }
    }

    // MARK: - States

    func recorded(_ exploration: ExplorationName) throws(CrashStateError) -> CrashSpace {
        do {
            return try space(of: files(of: exploration))
        } catch {
            throw CrashStateError(.damaged, error)
        }
    }

    private static func name(_ text: String) throws(CrashStateError) -> StateID {
        do {
            return try StateID(parsing: text)
        } catch {
            throw CrashStateError(.malformed, error)
        }
    }

    /// `id`, unless the recording itself has no such state.
    private static func known(_ id: StateID, in space: CrashSpace) throws(CrashStateError) -> StateID {
        _ = try state(StateID(id.update), in: space, recoveries: [])
        return id
    }

    private static func state(
        _ id: StateID, in space: CrashSpace, recoveries: [BootRecording]
    ) throws(CrashStateError) -> CrashState {
        do {
            return try CrashState(id, in: space, recoveries: recoveries)
        } catch {
            var failure = error
            let count = space.trace.writes.count
            failure.advice = failure.advice ?? "this recording has \(count) writes: w0 to w\(count)"
            if let last = recoveries.last, let parent = id.parent {
                failure.advice = "that boot's states are \(parent)/0 to \(parent)/\(last.writeCount)"
            }
            throw CrashStateError(.missing, failure)
        }
    }

    /// The state of that name. States before a `/` are booted, unless a campaign knows what their boots wrote.
    func state(
        _ text: String, of exploration: ExplorationName, plan: PowerCutExploration, trial: (any CrashTrial)?
    ) async throws -> CrashState {
        let space = try recorded(exploration)
        let id = try Self.known(try Self.name(text), in: space)
        guard !id.recoveries.isEmpty else { return try Self.state(id, in: space, recoveries: []) }
        let campaign = try? replay(exploration, plan: plan, space: space)
        var recordings: [BootRecording] = []
        for depth in id.recoveries.indices {
            let ancestor = StateID(id.update, recoveries: Array(id.recoveries.prefix(depth)))
            let cut = id.recoveries[depth]
            let needed = cut.writes + (cut.torn == nil ? 0 : 1)
            if let known = campaign?.recordings[ancestor], known.writeCount >= needed {
                recordings.append(known)
                continue
            }
            guard let trial else {
                throw CrashStateError(
                    .missing,
                    Failure(.job, "what the boot of \(ancestor) writes is not known", advice: "boot \(id) first"))
            }
            let parent = try Self.state(ancestor, in: space, recoveries: recordings)
            let outcome = try await observe(parent, trial)
            guard outcome.facts.end != .infrastructure else {
                let said = outcome.facts.consoleTail.last ?? "nothing"
                throw CrashStateError(
                    .failed, Failure(.infrastructure, "\(ancestor), on the way to \(id), could not be booted: \(said)"))
            }
            recordings.append(outcome.recording)
        }
        return try Self.state(id, in: space, recoveries: recordings)
    }

    /// One boot of `state`, and what it read and wrote.
    func observe(_ state: CrashState, _ trial: any CrashTrial) async throws -> BootOutcome {
        try await serve()
        let (disk, address) = offer(state)
        defer { shelf.remove(address.export) }
        return CampaignRunner.outcome(try await trial.boot(address), of: disk)
    }
}

extension RecordingFacts {
    fileprivate init(_ trace: Trace, block: Int) {
        var phases: [Phase] = []
        for write in trace.writes {
            let name = trace.marks.last { $0.phase != nil && $0.writesBefore < write.number }?.phase ?? "none"
            if phases.last?.name != name {
                phases.append(Phase(name: name, firstWrite: write.number, lastWrite: write.number, bytes: 0))
            }
            phases[phases.count - 1].lastWrite = write.number
            phases[phases.count - 1].bytes += Int64(write.length)
        }
        self.init(
            block: block, writes: trace.writes.count,
            flushes: trace.events.count { if case .flush = $0 { true } else { false } },
            bytes: trace.writes.reduce(0) { $0 + Int64($1.length) }, diskSize: Int64(trace.header.baseSize),
            phases: phases, writesBeforeSuccess: trace.marks.first { $0.isSuccess }?.writesBefore,
            duration: trace.duration, recordedAt: trace.header.recordedAt, trace: trace.digest.description,
            base: trace.header.baseDigest.description,
            machine: Dictionary(trace.header.machine.map { ($0.key, $0.value) }) { first, _ in first })
    }
}
