public import LabModel

/// What every book of leases must do, whatever it is made of.
public struct LeaseBookConformance {
    private let store: any Store & LeaseBook
    private var found: [String] = []
    private let board = BoardName(rawValue: "lent")
    private let other = BoardName(rawValue: "other")
    private let start = WallTime(nanoseconds: 1_800_000_000_000_000_000)

    private init(_ store: any Store & LeaseBook) {
        self.store = store
    }

    /// Uses a store that was never used before.
    ///
    /// - Returns: one sentence for each promise that was not kept; empty for a good book.
    public static func violations(of store: any Store & LeaseBook) async -> [String] {
        var suite = LeaseBookConformance(store)
        do throws(Failure) {
            try await suite.checkAll()
        } catch {
            suite.found.append("a call failed: \(error)")
        }
        return suite.found
    }

    private mutating func checkAll() async throws(Failure) {
        let old = try await store.beginEpoch()
        let epoch = try await store.beginEpoch()
        try await store.setBoards([.sample("lent"), .sample("other")])
        expect(try await store.reserve(wish(), epoch: old) == nil, "an older epoch gets no lease")
        try await checkLife(epoch)
        try await checkHandOver(epoch)
        try await checkJobs(epoch)
        try await checkKept(epoch)
        try await checkHealth(epoch)
    }

    private mutating func expect(_ condition: Bool, _ promise: String) {
        if !condition { found.append("not so: \(promise)") }
    }

    private func wish(
        _ holder: String = "ann", keepAlive: Duration? = nil, job: JobID? = nil,
        purpose: Reservation.Purpose = .work
    ) -> NewReservation {
        NewReservation(
            board: board, holder: holder, purpose: purpose, reason: "boot loader", job: job, granted: start,
            expires: start.advanced(by: .seconds(600)), keepAlive: keepAlive)
    }

    private func record() async throws(Failure) -> BoardRecord? {
        try await store.boards().first { $0.name == board }
    }

    private mutating func checkLife(_ epoch: Epoch) async throws(Failure) {
        guard let lease = try await store.reserve(wish(keepAlive: .seconds(30)), epoch: epoch) else {
            return expect(false, "an idle board is lent")
        }
        expect(lease.holder == "ann" && lease.reason == "boot loader" && lease.keepAlive == .seconds(30), "as asked")
        expect(lease.granted == start && lease.expires == start.advanced(by: .seconds(600)), "times are kept")
        expect(try await store.reservations() == [lease], "a lease that stands is listed as it was given")
        expect(try await record()?.state == .reserved, "a lent board is reserved")
        expect(try await record()?.reservation == lease, "a lent board names its lease")
        expect(try await store.leases().isEmpty, "a person's lease is none of a job")
        expect(try await store.reserve(wish("bob"), epoch: epoch) == nil, "a board has one lease")
        expect(try await store.isPresent(lease.generation, of: board), "a lease that stands is present")

        let later = start.advanced(by: .seconds(900))
        _ = try await store.change(lease.id, .warn, by: "labd", reason: nil)
        expect(try await record()?.reservation?.isWarned == true, "a warning is remembered")
        let extended = try await store.change(lease.id, .extend(until: later), by: "ann", reason: nil)
        expect(extended?.expires == later && extended?.isWarned == false, "a longer lease is warned of anew")
        let notice = Reservation.Notice(by: "eve", reason: "demo", ends: start)
        let told = try await store.change(lease.id, .notice(notice), by: "eve", reason: "demo")
        expect(told?.notice == notice, "a notice is kept")
        expect(try await store.reservations() == [told].compactMap(\.self), "changes are listed")

        let ended = try await store.change(lease.id, .end(.kicked), by: "eve", reason: "demo")
        expect(ended?.ending == .kicked, "an end is kept")
        expect(try await !store.isPresent(lease.generation, of: board), "a lease that ends is not present")
        expect(try await record()?.state == .reserved, "a board is not free before it is freed")
        expect(try await store.reserve(wish("bob"), epoch: epoch) == nil, "nobody gets a board before it is freed")
        expect(try await store.change(lease.id, .end(.released), by: "ann", reason: nil) == nil, "the first end counts")
        expect(
            try await store.change(lease.id, .extend(until: later), by: "ann", reason: nil) == nil,
            "an ended lease is not extended")
        try await store.free(lease.id)
        try await store.free(lease.id)
        let freed = try await record()
        expect(freed?.state == .idle && freed?.reservation == nil, "a freed board is idle")
        expect(try await store.reservations().isEmpty, "a freed lease is gone")
        let kinds = try await store.boardLog(of: board, kinds: LabEvent.Kind.leases, limit: 10).map(\.kind)
        expect(
            kinds == [.leaseEnded, .leaseNotice, .leaseExtended, .leaseWarning, .leaseBegan],
            "the log tells a lease's life, newest first")
        let last = try await store.boardLog(of: board, kinds: nil, limit: 1).first
        expect(
            last?.by == "eve" && last?.reason == "demo" && last?.holder == "ann" && last?.lease == lease.id
                && last?.ending == .kicked, "the log tells who, whom and why")
        let events = try await store.events(after: 0, job: nil, limit: 1000).filter { $0.board == board }
        expect(
            events.map(\.kind) == [
                .leaseBegan, .boardState, .leaseWarning, .leaseExtended, .leaseNotice, .leaseEnded, .boardState,
            ], "a lease's life is told in events")
    }

    private mutating func checkHandOver(_ epoch: Epoch) async throws(Failure) {
        guard let first = try await store.reserve(wish(), epoch: epoch) else {
            return expect(false, "a freed board is lent again")
        }
        let second = try await store.change(first.id, .handOver(to: "bob"), by: "ann", reason: "night shift")
        expect(second?.holder == "bob" && second?.expires == first.expires, "an heir gets what was left")
        expect(second.map { first.id < $0.id && first.generation < $0.generation } == true, "with a new number")
        expect(try await !store.isPresent(first.generation, of: board), "the one before holds nothing any more")
        expect(try await record()?.state == .reserved, "the board was never free")
        expect(
            try await store.change(first.id, .end(.released), by: "ann", reason: nil) == nil,
            "a stale holder releases nothing")
        try await store.free(first.id)
        expect(try await record()?.reservation == second, "a stale number frees nothing")
        guard let second else { return }
        let notice = Reservation.Notice(by: "eve", reason: "demo", ends: start)
        _ = try await store.change(second.id, .notice(notice), by: "eve", reason: "demo")
        expect(await heir(of: second, "cid") == nil, "a board that somebody takes back goes to nobody else")
        expect(try await record()?.reservation?.notice == notice, "and he takes it back still")
        let third = await heir(of: second, "eve")
        expect(third?.holder == "eve" && third?.notice == nil, "but to him it may go")
        let last = third?.id ?? second.id
        _ = try await store.change(last, .end(.released), by: "eve", reason: nil)
        try await store.free(last)
    }

    /// - Returns: nil when the hand-over was refused.
    private func heir(of lease: Reservation, _ name: String) async -> Reservation? {
        do throws(Failure) {
            return try await store.change(lease.id, .handOver(to: name), by: lease.holder, reason: nil)
        } catch {
            return nil
        }
    }

    private mutating func checkJobs(_ epoch: Epoch) async throws(Failure) {
        let job = try await store.submit(.sample(.sample(board: "lent")))
        guard let lent = try await store.reserve(wish(), epoch: epoch) else {
            return expect(false, "a board is lent again")
        }
        expect(try await store.lease(board, to: job, epoch: epoch) == nil, "a lent board gets no job")
        _ = try await store.change(lent.id, .end(.expired), by: "labd", reason: nil)
        expect(try await store.lease(board, to: job, epoch: epoch) == nil, "nor while its lease ends")
        try await store.free(lent.id)
        guard let lease = try await store.lease(board, to: job, epoch: epoch) else {
            return expect(false, "a freed board gets a job")
        }
        expect(lent.generation < lease.generation, "generations grow over both kinds of leases")
        expect(try await store.isPresent(lease.generation, of: board), "a job's lease is present as well")
        expect(try await store.reserve(wish(), epoch: epoch) == nil, "a board with a job is not lent")
        _ = try await store.start(lease)
        try await store.finish(lease, JobOutcome(health: .complete))
        expect(try await !store.isPresent(lease.generation, of: board), "a finished job's lease is not present")
    }

    private mutating func checkKept(_ epoch: Epoch) async throws(Failure) {
        let failed = JobOutcome(health: .incomplete, failure: Failure(.job, "no login"), keepsBoard: true)
        for isCanceled in [true, false] {
            let job = try await store.submit(.sample(.sample(board: "lent")))
            guard let lease = try await store.lease(board, to: job, epoch: epoch), try await store.start(lease) else {
                return expect(false, "a board gets a job")
            }
            if isCanceled { _ = try await store.cancel(job, by: "ann", reason: nil) }
            let kept = try await store.finish(lease, failed, keepingFor: wish(job: job, purpose: .hold))
            if isCanceled {
                expect(kept == nil, "a canceled job keeps no board")
                expect(try await store.job(job)?.state == .canceling, "and is not ended by the attempt")
                try await store.finish(lease, failed)
                continue
            }
            let ended = try await store.job(job)
            expect(ended?.health == .incomplete && ended?.failure == failed.failure, "a failed job ends as it ended")
            expect(kept?.purpose == .hold && kept?.job == job, "its board is kept for a person")
            expect(kept.map { lease.generation < $0.generation } == true, "who has a new generation")
            expect(try await store.leases().isEmpty, "the job has no lease any more")
            let record = try await record()
            expect(record?.reservation == kept && record?.state == .reserved, "the board names the lease")
            expect(
                try await store.finish(lease, failed, keepingFor: wish(job: job, purpose: .hold)) == nil,
                "a board is kept once")
            guard let kept else { return }
            _ = try await store.change(kept.id, .end(.released), by: "ann", reason: nil)
            try await store.free(kept.id)
        }
    }

    private mutating func checkHealth(_ epoch: Epoch) async throws(Failure) {
        try await store.setHealth(.maintenance, of: other, reason: "new cable", by: "eve")
        try await store.setHealth(.bad, of: other, reason: "smoke")
        let late = try await store.setHealth(.good, of: other, reason: nil, by: "ann", ifStill: .maintenance)
        expect(late == .bad, "a health that has changed meanwhile is told, and stays")
        let log = try await store.boardLog(of: other, kinds: [.boardHealth], limit: 10)
        expect(log.map(\.health) == [.bad, .maintenance], "the log tells of health, newest first")
        expect(log.map(\.by) == ["labd", "eve"] && log.last?.reason == "new cable", "and who said so, and why")
        let wish = NewReservation(
            board: other, holder: "ann", granted: start, expires: start.advanced(by: .seconds(60)))
        guard let lease = try await store.reserve(wish, epoch: epoch) else {
            return expect(false, "a bad board may be lent by name")
        }
        _ = try await store.change(lease.id, .end(.released), by: "ann", reason: nil)
        try await store.free(lease.id)
        try await store.setHealth(.retired, of: other, reason: nil, by: "eve")
        expect(try await store.reserve(wish, epoch: epoch) == nil, "a retired board is not lent")
    }
}
