public import LabModel

/// Boots crash states for people, beside the boards and jobs of the lab: on twins, which no queue hands out.
public actor TwinWorkbench: PowerCutWorkbench {
    /// What a person may have of the lab at once.
    public struct Limits: Sendable {
        /// Twins that run at the same time.
        public var twins: Int
        /// A twin at which nobody typed for so long is ended.
        public var idle: Duration

        public init(twins: Int = 4, idle: Duration = .seconds(1800)) {
            self.twins = twins
            self.idle = idle
        }
    }

    private let services: EngineServices
    private let exploration: ExplorationServices
    private let store: any Store
    private let boards: any BoardRegistry
    private let folder: String
    private let seed: @Sendable () -> UInt64
    private let limits: Limits
    private let slots: TwinSlots
    private var sessions: [String: PersonalTwin] = [:]
    private nonisolated var states: any CrashStates { exploration.states }

    /// - Parameters:
    ///   - folder: where twins may keep files.
    ///   - seed: chooses samples when a person does not.
    public init(
        services: EngineServices, exploration: ExplorationServices, store: any Store, boards: any BoardRegistry,
        folder: String, limits: Limits = Limits(), seed: @escaping @Sendable () -> UInt64
    ) {
        self.services = services
        self.exploration = exploration
        self.store = store
        self.boards = boards
        self.folder = folder
        self.limits = limits
        self.seed = seed
        slots = TwinSlots(limit: limits.twins)
    }

    /// Ends every twin that runs for a person.
    public func shutdown() async {
        for session in sessions.values { await session.end() }
    }

    // MARK: - PowerCutWorkbench

    public func recording(of subject: PowerCutSubject) async throws -> RecordingFacts {
        let record = try await record(subject.job)
        let block = try await states.recordedBlock(of: subject.job, block: subject.block)
        let name = ExplorationName(job: subject.job, block: block, name: "")
        return try await settled(record) { [states] () async throws(CrashStateError) in
            try await states.facts(of: name)
        }
    }

    public func boot(
        _ state: String, of subject: PowerCutSubject
    ) async throws -> @Sendable () async throws -> CrashBoot {
        let place = try await place(subject)
        let state = try await check(state, at: place)
        let slot = try slots.take()[0]
        return { [states] in
            try await self.withTwins([slot], at: place) { trials in
                try await states.boot(state, of: place.name, plan: place.exploration, trial: trials[0])
            }
        }
    }

    public func twin(_ state: String, of subject: PowerCutSubject) async throws -> any TwinSession {
        let place = try await place(subject)
        let state = try await check(state, at: place)
        return PersonalTwin(
            state: state, place: place, slot: try slots.take()[0], states: states, twins: exploration.twins,
            services: services, folder: folder, idle: limits.idle
        ) { [weak self] session, isRunning in
            await self?.note(session, isRunning: isRunning)
        }
    }

    public func type(_ text: String, at twin: String) async throws {
        guard let session = sessions[twin] else {
            throw CrashStateError(.missing, Failure(.job, "no twin called '\(twin.shown)' runs"))
        }
        try await session.type(text)
    }

    public func image(of state: String, of subject: PowerCutSubject) async throws -> any ReadableFile {
        let place = try await place(subject)
        let name = try await check(state, at: place)
        let states = states
        // Only what happened in recovery boots can need a boot.
        guard name.contains("/") else {
            return try await states.image(of: name, of: place.name, plan: place.exploration, trial: nil)
        }
        return try await withTwins([try slots.take()[0]], at: place) { trials in
            try await states.image(of: name, of: place.name, plan: place.exploration, trial: trials[0])
        }
    }

    public func trace(of subject: PowerCutSubject) async throws -> any ReadableFile {
        let record = try await record(subject.job)
        let block = try await states.recordedBlock(of: subject.job, block: subject.block)
        let name = ExplorationName(job: subject.job, block: block, name: "")
        return try await settled(record) { [states] () async throws(CrashStateError) in
            try await states.trace(of: name)
        }
    }

    public func verify(
        _ subject: PowerCutSubject, share: Double, seed: UInt64?, twins: Int?
    ) async throws -> @Sendable (@escaping @Sendable (CampaignCheck) async -> Void) async throws -> CampaignCheck {
        let place = try await place(subject)
        guard place.isFinished else {
            throw CrashStateError(
                .missing,
                Failure(.job, "the campaign of job \(subject.job) has not ended", advice: "wait until the job ends"))
        }
        let sample = CampaignSample(share: share, seed: seed ?? self.seed() & 0x7FFF_FFFF)
        let slots = try slots.take(min(twins ?? exploration.processors, limits.twins))
        return { [states] progress in
            try await self.withTwins(slots, at: place) { trials in
                try await states.verify(
                    place.name, plan: place.exploration, sample: sample, trials: trials, progress: progress)
            }
        }
    }

    // MARK: - Places

    /// A recording with all that is needed to boot its states.
    struct Place: Sendable {
        var name: ExplorationName
        var exploration: PowerCutExploration
        var setup: TwinSetup
        var definition: BoardDefinition
        var isFinished: Bool
        /// What is otherwise than it was at the recording.
        var differences: [String]
    }

    private func place(_ subject: PowerCutSubject) async throws -> Place {
        let record = try await record(subject.job)
        let block = try await states.recordedBlock(of: subject.job, block: subject.block)
        guard let plan = try await store.plan(of: subject.job), plan.blocks.indices.contains(block),
            case .powerCutExploration(let exploration) = plan.blocks[block].action
        else {
            throw CrashStateError(
                .missing, Failure(.job, "block \(block) of job \(subject.job) explores no power cuts"))
        }
        let name = ExplorationName(job: subject.job, block: block, name: exploration.name)
        let facts = try await settled(record) { [states] () async throws(CrashStateError) in
            try await states.facts(of: name)
        }
        let definition = try definition(record, plan)
        let profile = try services.catalog.profile(
            of: definition.type, variables: definition.variables, context: plan.context)
        let machine = try await self.exploration.twins.configuration(of: definition, profile: profile)
        let lease = Lease(
            board: definition.name, job: subject.job, generation: LeaseGeneration(rawValue: 0),
            epoch: Epoch(rawValue: 0))
        return Place(
            name: name, exploration: exploration,
            setup: TwinSetup(
                plan: plan, lease: lease, profile: profile, services: services, workspace: folder,
                prompts: exploration.prompts(after: plan.blocks.prefix(block))),
            definition: definition, isFinished: record.state == .finished,
            differences: facts.differences(to: machine))
    }

    private func record(_ job: JobID) async throws -> JobRecord {
        guard let record = try await store.job(job) else {
            throw CrashStateError(.missing, Failure(.job, "there is no job \(job)"))
        }
        return record
    }

    /// A recording that is still being made looks like a damaged one.
    private func settled<Value: Sendable>(
        _ record: JobRecord, _ read: () async throws(CrashStateError) -> Value
    ) async throws(CrashStateError) -> Value {
        do {
            return try await read()
        } catch {
            guard error.reason == .damaged, record.state != .finished else { throw error }
            throw CrashStateError(
                .missing, Failure(.job, "job \(record.id) is still recording", advice: "`lablctl logs -f` follows it"))
        }
    }

    /// The board that the job ran on, or another of its type.
    private func definition(_ record: JobRecord, _ plan: JobPlan) throws(CrashStateError) -> BoardDefinition {
        let names = [record.board].compactMap(\.self) + boards.names
        let definitions = names.compactMap { boards.board($0)?.definition }
        guard let found = definitions.first(where: { $0.type == plan.deviceType }) else {
            let type = plan.deviceType.map { "of the type \($0)" } ?? "that fits"
            throw CrashStateError(.missing, Failure(.configuration, "this lab has no board \(type) any more"))
        }
        return found
    }

    private func check(_ state: String, at place: Place) async throws(CrashStateError) -> String {
        try await states.check(state, of: place.name)
    }

    // MARK: - Twins

    /// Runs `work` with a trial for each slot and gives the twins back on every way out.
    private nonisolated func withTwins<Value: Sendable>(
        _ slots: [TwinSlots.Slot], at place: Place, _ work: @Sendable ([any CrashTrial]) async throws -> Value
    ) async throws -> Value {
        var twins: [any TwinBoard] = []
        let outcome: Result<Value, any Error>
        do {
            for slot in slots {
                let twin = try await exploration.twins.makeTwin(
                    of: place.definition, profile: place.setup.profile, number: slot.number, workspace: folder)
                twins.append(twin)
                try await twin.prepare(
                    BoardPreparation(job: place.name.job, profile: place.setup.profile, workspace: folder))
            }
            let trials = twins.map { TwinTrial(twin: $0, setup: place.setup, exploration: place.exploration) }
            outcome = .success(try await work(trials))
        } catch {
            outcome = .failure(error)
        }
        await shielded { [twins] in
            for twin in twins { await twin.close() }
        }
        withExtendedLifetime(slots) {}
        return try outcome.get()
    }

    private func note(_ session: PersonalTwin, isRunning: Bool) {
        sessions[session.name] = isRunning ? session : nil
    }
}
