/// Boards for one job, or for all jobs of a group: granted together or not at all.
public struct Allocation: Hashable, Sendable {
    /// One job's board.
    public struct Place: Hashable, Sendable {
        public var job: JobID
        public var board: BoardName

        public init(job: JobID, board: BoardName) {
            self.job = job
            self.board = board
        }
    }

    /// At least one; no job and no board twice.
    public var places: [Place]

    public init(_ places: [Place]) {
        self.places = places
    }
}
