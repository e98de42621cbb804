public import LabModel

extension Scheduler: QueuePausing {
    public func standingPauses() async -> [PauseReason] { state.pauses }
}
