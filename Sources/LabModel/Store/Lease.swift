/// A board's lease by a job.
public struct Lease: Hashable, Sendable, Codable {
    public var board: BoardName
    public var job: JobID
    public var generation: LeaseGeneration
    public var epoch: Epoch

    public init(board: BoardName, job: JobID, generation: LeaseGeneration, epoch: Epoch) {
        self.board = board
        self.job = job
        self.generation = generation
        self.epoch = epoch
    }
}
