public import LabModel
import Synchronization

/// A board during one lease: everything that changes its power goes through the journal.
public final class JournaledBoard: Board {
    private let inner: any Board
    private let journaledPower: JournaledPower
    private let rested = Mutex(false)

    public var name: BoardName { inner.name }
    public var definition: BoardDefinition { inner.definition }
    public var power: any PowerControl { journaledPower }
    public var console: any Console { inner.console }
    public var bootMedium: (any BootMedium)? { inner.bootMedium }
    public var disk: (any BoardDisk)? { inner.disk }
    public var lines: [String: any DigitalLine] { inner.lines }

    /// - Parameters:
    ///   - reason: stands in the journal beside every change.
    ///   - arrears: as of `JournaledPower`.
    ///   - lease: in whose name it switches; nil for the lab itself.
    ///   - fence: as of `JournaledPower`.
    init(
        _ inner: any Board, job: JobID?, reason: String, facts: PowerFacts = PowerFacts(), journal: any PowerJournal,
        clock: any LabClock, times: SwitchTimes, arrears: Arrears, lease: LeaseGeneration? = nil,
        fence: (any LeaseFence)? = nil
    ) {
        self.inner = inner
        journaledPower = JournaledPower(
            inner.power, board: inner.name, job: job, reason: reason, facts: facts, journal: journal, clock: clock,
            times: times, arrears: arrears, lease: lease, fence: fence)
    }

    /// Whether it was put to rest since it was last prepared.
    var isAtRest: Bool { rested.withLock { $0 } }

    /// The lease is over: whoever still holds this board changes nothing any more.
    func revoke() {
        journaledPower.revoke()
    }

    public func prepare(_ preparation: BoardPreparation) async throws(Failure) {
        journaledPower.apply(preparation.profile.power)
        rested.withLock { $0 = false }
        try await journaledPower.journaled(.off) { () async throws(Failure) in try await inner.prepare(preparation) }
    }

    public func rest() async throws(Failure) {
        try await journaledPower.journaled(.off) { () async throws(Failure) in try await inner.rest() }
        rested.withLock { $0 = true }
    }
}
