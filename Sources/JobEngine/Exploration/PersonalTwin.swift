import LabModel

/// A twin that boots from a crash state with nobody asking it questions but a person at its console.
actor PersonalTwin: TwinSession {
    nonisolated let name: String
    nonisolated let state: String
    let notes: [String]
    private let place: TwinWorkbench.Place
    private let slot: TwinSlots.Slot
    private let states: any CrashStates
    private let twins: any TwinMaker
    private let services: EngineServices
    private let folder: String
    private let idle: Duration
    private let note: @Sendable (PersonalTwin, Bool) async -> Void

    private var twin: (any TwinBoard)?
    private var loan: LentDisk?
    private var isEnded = false
    private var lastTyped: MonotonicTime

    /// - Parameter note: told when the twin begins and ends to run.
    init(
        state: String, place: TwinWorkbench.Place, slot: TwinSlots.Slot, states: any CrashStates,
        twins: any TwinMaker, services: EngineServices, folder: String, idle: Duration,
        note: @escaping @Sendable (PersonalTwin, Bool) async -> Void
    ) {
        name = "\(place.definition.name)-twin\(slot.number)"
        self.state = state
        notes = place.differences
        self.place = place
        self.slot = slot
        self.states = states
        self.twins = twins
        self.services = services
        self.folder = folder
        self.idle = idle
        self.note = note
        lastTyped = services.clock.monotonic()
    }

    func start() async throws {
        let profile = place.setup.profile
        let twin = try await twins.makeTwin(
            of: place.definition, profile: profile, number: slot.number, workspace: folder)
        self.twin = twin
        try await twin.prepare(BoardPreparation(job: place.name.job, profile: profile, workspace: folder))
        let trial = TwinTrial(twin: twin, setup: place.setup, exploration: place.exploration)
        let loan = try await states.lend(state, of: place.name, plan: place.exploration, trial: trial)
        self.loan = loan
        try await twin.insert(loan.disk)
        try Task.checkCancellation()
        try await twin.power.set(.on)
        guard !isEnded else {
            await close()
            throw CancellationError()
        }
        lastTyped = services.clock.monotonic()
        await note(self, true)
    }

    func output() async -> AsyncStream<ConsoleChunk> {
        guard let twin else { return AsyncStream { $0.finish() } }
        return await twin.console.bytes(from: .start)
    }

    func powerLoss() async -> String? {
        guard let twin else { return nil }
        return try? await twin.power.powerLoss()
    }

    func type(_ text: String) async throws {
        lastTyped = services.clock.monotonic()
        try await twin?.console.send(text, pacing: .zero)
    }

    var isForgotten: Bool { services.clock.monotonic().duration(since: lastTyped) >= idle }

    func end() async {
        isEnded = true
        await shielded { await self.close() }
    }

    private func close() async {
        await note(self, false)
        let (twin, loan) = (twin, loan)
        self.twin = nil
        self.loan = nil
        await twin?.close()
        loan?.giveBack()
    }
}
