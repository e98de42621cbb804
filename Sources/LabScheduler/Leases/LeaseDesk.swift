import LabModel

/// What the scheduler keeps in mind of leases of people, beside what stands in the store.
struct LeaseDesk: Sendable {
    var ledger = LeaseLedger()
    var line = ReservationLine()
    /// Cancels what a person does to a board right now.
    var commands: [BoardName: AsyncStream<Void>.Continuation] = [:]
    /// Told when the present holder in this process has let go of a board.
    var leavers: [BoardName: [CheckedContinuation<Void, Never>]] = [:]
    /// Leases whose boards are on the way to rest.
    var concluding: Set<LeaseID> = []
    var alarm: WallTime?
    private let time: SteadyTime
    let wakes: AsyncStream<Void>
    let wakeUp: AsyncStream<Void>.Continuation

    init(clock: any LabClock) {
        time = SteadyTime(clock)
        (wakes, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func now(_ clock: any LabClock) -> WallTime { time.now(clock) }
}
