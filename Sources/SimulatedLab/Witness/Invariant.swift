/// What must hold in the simulated lab, whatever happens to it.
public enum Invariant: String, Hashable, Sendable, CaseIterable {
    case oneHolder = "one-holder"
    case poweredByOwner = "powered-by-owner"
    case journalAgrees = "journal-agrees"
    case jobsEnd = "jobs-end"
    case submissionsKept = "submissions-kept"
    case resultsKept = "results-kept"
    case oneEnd = "one-end"
    case wholeGroups = "whole-groups"
    case noStarvation = "no-starvation"
    case promptStart = "prompt-start"
    case minimumOffTime = "minimum-off-time"
    case recoveryRepeats = "recovery-repeats"
    case recoveryLeavesNothing = "recovery-leaves-nothing"
    case retryBudget = "retry-budget"
    case cancelKept = "cancel-kept"
    case endAsked = "end-asked"
    case leaseBehindRun = "lease-behind-run"
    case queueTimeout = "queue-timeout"
    case trustedBoards = "trusted-boards"
    case quarantine
    case leasesKept = "leases-kept"
    case leasesEnd = "leases-end"
    case noEscape = "no-escape"

    /// In one sentence.
    public var text: String {
        switch self {
        case .oneHolder: "a board is used by one run at a time"
        case .poweredByOwner: "no board has power without a lease or maintenance"
        case .journalAgrees: "the journal says what a board's power is, or that it is unknown"
        case .jobsEnd: "every job ends once the faults have stopped"
        case .submissionsKept: "an acknowledged submission is neither lost nor doubled"
        case .resultsKept: "an acknowledged result is neither lost nor doubled"
        case .oneEnd: "a job ends once"
        case .wholeGroups: "a group gets all of its boards at once or none"
        case .noStarvation: "a job waits no longer than its bound while a board that fits it works"
        case .promptStart: "a job does not wait beside a free board that fits it"
        case .minimumOffTime: "a board stays off for as long as its supply needs"
        case .recoveryRepeats: "recovery twice is recovery once"
        case .recoveryLeavesNothing: "after recovery no lease of an earlier life stands"
        case .retryBudget: "a job runs no more often than it may"
        case .cancelKept: "a job whose cancellation was acknowledged ends as canceled"
        case .endAsked: "a job ends as canceled only when somebody asked for it"
        case .leaseBehindRun: "a job runs only while the store says so"
        case .queueTimeout: "a job leaves the queue when its time there is up"
        case .trustedBoards: "a board that takes no jobs gets none"
        case .quarantine: "a board whose power does not follow its switch is not trusted"
        case .leasesKept: "a person's lease stands until it has ended"
        case .leasesEnd: "a person's lease ends in time"
        case .noEscape: "nothing asks for the time or the threads of the host"
        }
    }
}

/// An invariant that did not hold.
public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    public var invariant: Invariant
    /// What was seen.
    public var detail: String

    public var description: String { "\(invariant.rawValue): \(detail)" }
}
