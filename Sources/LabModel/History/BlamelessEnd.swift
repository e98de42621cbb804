/// Ends of runs for which neither the job nor its board can do anything.
public enum BlamelessEnd {
    /// How labd says that its own end cut a run short.
    public static let labStopped = "labd stopped"
    /// How it says that a run ended because the lab failed another job of the group.
    public static let groupFailed = "the lab failed the essential job"

    /// Whether a failure's text says so.
    public static func isTold(by message: String) -> Bool {
        message.hasPrefix(labStopped) || message.hasPrefix(groupFailed)
    }
}
