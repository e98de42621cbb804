/// What can hold the queue back. The scheduler implements it.
public protocol QueuePausing: Sendable {
    /// Nobody new gets a board until the reason is taken back. What runs goes on. A second reason of the same name
    /// replaces the first.
    func pause(_ reason: PauseReason) async

    /// Takes the reason of that name back; nothing happens when there is none.
    func resume(_ name: String) async

    /// The reasons that stand, oldest first.
    func standingPauses() async -> [PauseReason]
}
