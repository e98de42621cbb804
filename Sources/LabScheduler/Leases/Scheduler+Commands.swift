import LabModel
import Logging

extension Scheduler {
    /// What a person does to a board, with its switch, journalled and fenced in the name of his lease.
    typealias Command<Value> =
        @Sendable (
            isolated Scheduler, any Board, JournaledPower
        ) async throws(Failure) -> Value

    /// Runs a command on a board that nobody but the caller holds, and keeps the queue off meanwhile.
    ///
    /// - Parameters:
    ///   - deed: what is done, as the end of a sentence, such as `switched`.
    ///   - lends: whether a board that nobody holds becomes the caller's: what he does leaves it with power.
    /// - Throws: `job` when there is no such board or somebody else holds it, `canceled` when the caller's lease ended
    ///   meanwhile.
    func withFreeBoard<Value: Sendable>(
        _ name: BoardName, for caller: Caller, _ deed: String, lends: Bool = false,
        _ command: @escaping Command<Value>
    ) async throws(Failure) -> Value {
        guard boards.names.contains(name) else { throw Failure(.job, "there is no board named \(name)") }
        try await hold(name, for: caller)
        var isLent = false
        // A board that goes back to its holder is nobody else's to have.
        defer { isLent ? letGo(name) : release(name) }
        guard let board = boards.board(name) else { throw absent(name) }
        let own = try await admit(caller, to: name)
        let begun = own == nil && lends ? try await lendByHand(name, to: caller) : nil
        let lease = own ?? begun
        isLent = lease != nil
        let power = JournaledPower(
            board.power, board: name, job: nil, reason: "\(deed) by \(caller)", facts: facts(of: board),
            journal: store, clock: clock, times: times, arrears: arrears, lease: lease?.generation, fence: book)
        guard let lease else {
            let result = await result { lab async throws(Failure) in try await command(lab, board, power) }
            await lookAfter(board, power, isOwned: false)
            return try result.get()
        }
        defer { power.revoke() }
        do {
            let result = await result { lab async throws(Failure) in
                try await lab.stoppable(lease) { lab async throws(Failure) in try await command(lab, board, power) }
            }
            await lookAfter(board, power, isOwned: true)
            return try result.get()
        } catch {
            // What could not be switched on is nobody's, and goes to rest whatever the switch did.
            if let begun { await giveUp(begun, because: error) }
            throw error
        }
    }

    /// Holds a board for a command of `caller`. The job that kept the board for him has ended, and may not have let go of
    /// it yet.
    private func hold(_ name: BoardName, for caller: Caller) async throws(Failure) {
        while !state.hold(name) {
            guard !state.isStopping, case .job = state.holders[name],
                let lease = try await record(name)?.reservation, lease.admits(caller)
            else { throw await refusal(name, to: caller) }
            if case .job = state.holders[name] { await untilLetGo(name) }
        }
    }

    /// Lets `caller` to a board that this process keeps for him.
    ///
    /// - Returns: his lease; nil for a board that nobody holds.
    private func admit(_ caller: Caller, to name: BoardName) async throws(Failure) -> Reservation? {
        guard let record = try await record(name) else { return nil }
        guard let lease = record.reservation else {
            // Also a lease of his that has ended: whoever names one means that he holds the board.
            if let stale = caller.leases { throw unheld(record, stale) }
            guard record.state == .idle else { throw busy(record) }
            return nil
        }
        guard lease.admits(caller) else { throw lease.refusal(to: caller) }
        desk.ledger.sign(lease.id, at: desk.now(clock))
        return lease
    }

    private func unheld(_ record: BoardRecord, _ stale: Set<LeaseID>) -> Failure {
        let numbers = stale.sorted().map(\.description).joined(separator: ", ")
        let holder = record.currentJob.map { "job \($0) holds it" } ?? "nobody holds it"
        return Failure(
            .job, "the board \(record.name) is not free for lease \(numbers), which has ended; \(holder)",
            at: record.name.rawValue, advice: "`lablctl leases --history \(record.name)` tells what happened")
    }

    /// Runs `body`, and cancels it when the lease ends.
    private func stoppable<Value: Sendable>(
        _ lease: Reservation, _ body: @escaping @Sendable (isolated Scheduler) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let (signal, stop) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        desk.commands[lease.board] = stop
        defer { desk.commands[lease.board] = nil }
        let (result, wasStopped) = await withTaskGroup(
            of: Result<Value, Failure>?.self, returning: (Result<Value, Failure>?, Bool).self
        ) { group in
            group.addTask { await self.result(of: body) }
            group.addTask {
                for await _ in signal { return nil }
                return nil
            }
            var (result, wasStopped): (Result<Value, Failure>?, Bool) = (nil, false)
            while let next = await group.next() {
                if let next { result = next } else if result == nil { wasStopped = !Task.isCancelled }
                group.cancelAll()
            }
            return (result, wasStopped)
        }
        guard let result else { throw Failure(.bug, "a command ended without an outcome") }
        if wasStopped, case .failure = result {
            throw Failure(
                .canceled, "lease \(lease.id) of the board \(lease.board) ended meanwhile", at: lease.board.rawValue,
                advice: "`lablctl leases --history \(lease.board)` tells how")
        }
        return try result.get()
    }

    /// After a command that switched a board: one whose power does not follow its switch is trusted no more, whatever the
    /// command made of that, and one that nobody holds does not keep the power that a command left it.
    private func lookAfter(_ board: any Board, _ power: JournaledPower, isOwned: Bool) async {
        guard let told = power.told else { return }
        await quarantine(board)
        if told == .on, !isOwned, book != nil, !(await isInMaintenance(board.name)) {
            await putToRest(board.name, reason: "a command left it with power")
        }
        try? await pay(board.name)
    }

    private func result<Value: Sendable>(
        of body: @Sendable (isolated Scheduler) async throws(Failure) -> Value
    ) async -> Result<Value, Failure> {
        do throws(Failure) {
            return .success(try await body(self))
        } catch {
            return .failure(error)
        }
    }

    /// Why the board is not to be had, as far as that can be found out.
    private func refusal(_ name: BoardName, to caller: Caller) async -> Failure {
        if let lease = (try? await record(name))??.reservation, !lease.admits(caller) {
            return lease.refusal(to: caller)
        }
        return busy(name)
    }

    func busy(_ record: BoardRecord) -> Failure {
        if let lease = record.reservation {
            return Failure(
                .job, "the board \(record.name) is not free: \(lease.story)", at: record.name.rawValue,
                advice: lease.remedy)
        }
        if let job = record.currentJob {
            return Failure(
                .job, "the board \(record.name) is not free: job \(job) holds it", at: record.name.rawValue,
                advice: Self.remedy(job, record.name))
        }
        return busy(record.name)
    }

    /// Ends the holding of a board that did not become free by it.
    func letGo(_ board: BoardName) {
        state.release(board)
        for leaver in desk.leavers.removeValue(forKey: board) ?? [] { leaver.resume() }
    }

    /// Returns when the present holder in this process has let go of a board. Somebody else may be faster then.
    func untilLetGo(_ board: BoardName) async {
        await withCheckedContinuation { desk.leavers[board, default: []].append($0) }
    }

    /// A board that became free goes to whoever stands in line for it, before all jobs. One of which something is owed
    /// goes to nobody yet.
    func offer(_ board: BoardName) {
        guard let definition = boards.board(board)?.definition, isReady(board) else { return }
        if desk.line.offer(definition) { _ = state.hold(board) }
    }
}
