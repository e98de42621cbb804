/// A defect put into the lab on purpose, to see that the simulation finds it.
public enum Mutant: String, Hashable, Sendable, CaseIterable {
    case unfencedLease = "unfenced-lease"
    case lateJournal = "late-journal"
    case greedyGroup = "greedy-group"
    case lostWakeUp = "lost-wake-up"
    case endlessRetry = "endless-retry"
    case earlyRelease = "early-release"
    case forgetfulRecovery = "forgetful-recovery"
    case credulousRecovery = "credulous-recovery"
    case doubleEnd = "double-end"
    case lostResult = "lost-result"
    case hastyAnswer = "hasty-answer"
    case doubleSubmission = "double-submission"
    case ignoredOffTime = "ignored-off-time"
    case lostCancel = "lost-cancel"
    case uncheckedStart = "unchecked-start"
    case deafQueueTimeout = "deaf-queue-timeout"
    case blindLease = "blind-lease"
    case lostQuarantine = "lost-quarantine"
    case lostEnd = "lost-end"

    /// What is wrong, in one clause.
    public var text: String {
        switch self {
        case .unfencedLease: "whoever held a board can still switch it"
        case .lateJournal: "the journal is written after the switch"
        case .greedyGroup: "a group takes the boards that are free and waits for the others"
        case .lostWakeUp: "nobody tells the queue of a submission"
        case .endlessRetry: "an interrupted job runs again without a budget"
        case .earlyRelease: "a lease is released before its board is at rest"
        case .forgetfulRecovery: "recovery forgets a board"
        case .credulousRecovery: "recovery believes an intent that never ended"
        case .doubleEnd: "a job's end is stored twice"
        case .lostResult: "a result is acknowledged and not stored"
        case .hastyAnswer: "a submission is acknowledged before its commit"
        case .doubleSubmission: "a submission is stored twice"
        case .ignoredOffTime: "a board's minimum off time is ignored"
        case .lostCancel: "a cancellation loses its race against the run"
        case .uncheckedStart: "a job starts without a look at its lease"
        case .deafQueueTimeout: "the time in the queue never ends"
        case .blindLease: "a board is leased whatever its health"
        case .lostQuarantine: "a board that does not follow its switch stays trusted"
        case .lostEnd: "the end of a run is not stored"
        }
    }
}
