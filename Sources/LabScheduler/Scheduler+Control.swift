public import LabModel
import Logging

extension Scheduler {
    public func jobWasSubmitted() async {
        wake()
    }

    public func cancel(_ job: JobID, by user: String, reason: String?) async throws(Failure) -> JobState? {
        let state = try await store.cancel(job, by: user, reason: reason)
        if state == .canceling { runs[job]?.cancel.yield() }
        try await endGroup(with: job)
        return state
    }

    public func power(
        _ name: BoardName, _ change: PowerChange, by caller: Caller
    ) async throws(Failure) -> PowerState {
        let state = try await withFreeBoard(name, for: caller, "switched", lends: change != .off) {
            (lab: isolated Scheduler, board, power) async throws(Failure) in
            if change != .off { _ = try await lab.healthBeforePower(of: name) }
            if change != .on { try await power.set(.off) }
            if change != .off { try await power.set(.on) }
            return await power.observed()
        }
        if change == .off { await endLeaseByHand(of: name, caller) }
        return state
    }

    public func press(
        _ line: String, of name: BoardName, _ change: LineChange, by caller: Caller
    ) async throws(Failure) {
        try await withFreeBoard(name, for: caller, "pressed") {
            (lab: isolated Scheduler, board, _) async throws(Failure) in
            guard let pin = board.lines[line] else {
                let known = board.lines.keys.sorted().joined(separator: ", ")
                throw Failure(
                    .job, "the board \(name) has no line `\(line.prefix(60))`",
                    advice: known.isEmpty ? "it has none; see `lines` in docs/hardware.md" : "it has \(known)")
            }
            lab.logger.notice(
                "a line is switched", metadata: ["board": "\(name)", "line": "\(line)", "by": "\(caller)"])
            switch change {
            case .press(let time): try await pin.pulse(time)
            case .hold: try await pin.set(true)
            case .release: try await pin.set(false)
            }
        }
    }

    public func qualify(
        _ name: BoardName, _ request: BoardQualification, by caller: Caller
    ) async throws(Failure) -> QualificationReport {
        try await withFreeBoard(name, for: caller, "qualified") {
            (lab: isolated Scheduler, board, power) async throws(Failure) in
            let before = try await lab.healthBeforePower(of: name)
            var report = try await BoardQualifying(request: request, board: board, power: power, clock: lab.clock)
                .run()
            // It took long: whoever decided meanwhile knows something that the boots did not show.
            let verdict: BoardHealth = report.isQualified ? .good : .bad
            let health: BoardHealth
            if let book = lab.book {
                health = try await book.setHealth(
                    verdict, of: name, reason: report.summary, by: caller.name, ifStill: before)
            } else {
                health = try await lab.store.setHealth(verdict, of: name, reason: report.summary, ifStill: before)
            }
            if health != verdict { report.overruled = health }
            return report
        }
    }

    public func inspect(_ name: BoardName, by caller: Caller) async throws(Failure) -> InspectionReport {
        try await withFreeBoard(name, for: caller, "inspected") {
            (lab: isolated Scheduler, board, power) async throws(Failure) in
            _ = try await lab.healthBeforePower(of: name)
            let profile = try lab.catalog.profile(
                of: board.definition.type, variables: board.definition.variables, context: [:])
            return try await BoardInspecting(profile: profile, board: board, power: power, clock: lab.clock).run()
        }
    }

    public func measurePower(
        _ name: BoardName, _ request: PowerMeasurement, by caller: Caller
    ) async throws(Failure) -> PowerPath {
        try await withFreeBoard(name, for: caller, "measured") {
            (lab: isolated Scheduler, board, power) async throws(Failure) in
            _ = try await lab.healthBeforePower(of: name)
            let path = try await PowerPathMeasurement(request: request, board: board, power: power, clock: lab.clock)
                .run()
            try await lab.store.setPowerPath(path, of: name)
            return path
        }
    }

    public func type(_ text: String, at name: BoardName, by caller: Caller) async throws(Failure) {
        guard text.utf8.count <= 4096 else { throw Failure(.job, "at most 4096 bytes can be typed at once") }
        try await withFreeBoard(name, for: caller, "typed") {
            (lab: isolated Scheduler, board, _) async throws(Failure) in
            let delays = try? lab.catalog.profile(
                of: board.definition.type, variables: board.definition.variables, context: [:]
            ).characterDelays
            do {
                try await board.console.send(text, pacing: delays?.test ?? .zero)
            } catch let failure as Failure {
                throw failure
            } catch {
                throw Failure(.canceled, "canceled while typing")
            }
        }
    }

    public func waitingReason(_ job: JobID) async throws(Failure) -> String? {
        try await catchUp()
        try await lookAtNeeds { $0 == job }
        guard let entry = state.queue?.waiting[job] else { return nil }
        return reasons(limit: 1, only: entry.record.id).first?.reason
    }

    public func queue(limit: Int) async throws(Failure) -> QueueListing {
        try await catchUp()
        try await lookAtNeeds { _ in true }
        let entries = reasons(limit: limit)
        return QueueListing(entries: entries, total: state.queue?.waiting.count ?? 0, pauses: state.pauses)
    }

    public func pause(_ reason: PauseReason) async {
        logger.notice("the queue is paused", metadata: ["reason": "\(reason.text)"])
        state.pause(reason)
    }

    public func resume(_ name: String) async {
        guard state.pauses.contains(where: { $0.name == name }) else { return }
        logger.notice("a pause of the queue is over", metadata: ["pause": "\(name)"])
        state.resume(name)
        wake()
    }

    /// What became of the jobs that waiting ones need: the words for it change while nothing else does.
    private func lookAtNeeds(of isAsked: (JobID) -> Bool) async throws(Failure) {
        let needy = (state.queue?.waiting ?? [:]).filter { isAsked($0.key) && !$0.value.needs.isEmpty }.keys.sorted()
        guard !needy.isEmpty else { return }
        let needs = try await store.needs(of: needy)
        for job in needy { state.queue?.apply(needs[job] ?? [], to: job, at: clock.moment) }
    }

    /// The first `limit` waiting jobs, or just one of them, with the words for why they wait.
    private func reasons(limit: Int, only wanted: JobID? = nil) -> [QueueEntry] {
        guard let queue = state.queue else { return [] }
        let now = clock.moment
        let regard = { (record: BoardRecord) in record.regarding(self.boards.standing(record.name)) }
        let conditions = QueueConditions(
            now: now, held: state.held, isReady: { self.isReady($0) },
            needsMending: { self.boards.standing($0).needsMending },
            isDue: checks.map { checks in { checks.rule(for: $0)?.isDue($0, at: now.wall) ?? false } })
        let forecast = Forecast(queue, upTo: wanted, conditions: conditions)
        let words = WaitingReason(
            queue: queue, conditions: conditions, pauses: state.pauses, departures: boards.departures, regard: regard)
        var ahead = PlacesAhead(queue)
        var entries: [QueueEntry] = []
        for job in forecast.order {
            let place = ahead.place(of: job)
            guard wanted.map({ $0 == job.id }) ?? true else { continue }
            let start = forecast.starts[job.id]
            entries.append(
                QueueEntry(
                    job: job, reason: words.reason(for: job, ahead: place, start: start),
                    start: state.pauses.isEmpty ? start.map { now.wall(at: $0.start) } : nil))
            if entries.count >= limit { break }
        }
        return entries
    }

    /// Keeps everybody off a board whose description changed, until `endChange`.
    ///
    /// - Returns: false while somebody holds it; `releases` tells when to ask again.
    public func beginChange(of name: BoardName) async -> Bool {
        guard state.hold(name, as: .change) else { return false }
        // A lease whose end could not be stored stands, although nobody runs.
        let leases = try? await store.leases()
        let isLent = (try? await record(name))??.reservation != nil
        if let leases, !leases.contains(where: { $0.board == name }), !isLent { return true }
        letGo(name)
        return false
    }

    /// The board is what its description says now.
    public func endChange(of name: BoardName) {
        // It may have been put to rest when it was opened.
        times.noteOff(name, at: clock.monotonic())
        release(name)
    }

    func absent(_ name: BoardName) -> Failure {
        let fault = boards.standing(name).fault
        return Failure(
            .job, "the board \(name) is not open" + (fault.map { ": \($0)" } ?? ""), at: name.rawValue,
            advice: "mend its file; it is opened then")
    }

    /// What somebody may do who wants a board that is held.
    private static func remedy(_ holder: SchedulerState.Holder, _ name: BoardName) -> String {
        guard case .job(let job) = holder else { return "try again in a moment" }
        return remedy(job, name)
    }

    static func remedy(_ job: JobID, _ name: BoardName) -> String {
        "`lablctl reserve \(name) --wait` gets it when the job has ended; `lablctl cancel \(job)` ends the job"
    }

    func busy(_ name: BoardName) -> Failure {
        let holder =
            switch state.holders[name] {
            case .job(let job): "job \(job) holds it"
            case .person: "somebody works on it by hand"
            case .change: "a change of its file is taken in"
            case nil: "another job holds it"
            }
        return Failure(
            .job, "the board \(name) is not free: \(holder)", at: name.rawValue,
            advice: state.holders[name].map { Self.remedy($0, name) } ?? "try again in a moment")
    }
}
