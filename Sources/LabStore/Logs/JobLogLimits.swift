/// How much a job's log may take.
public struct JobLogLimits: Hashable, Sendable {
    /// Bytes of one job's log on disk; beyond it the console's output is not kept any more.
    public var jobBytes: Int64
    /// Bytes of one job's entries in memory that wait for the disk.
    public var bufferedBytes: Int
    /// A text of this many bytes or more is replaced by a notice, as LAVA does.
    public var messageBytes: Int

    public init(jobBytes: Int64 = 256 << 20, bufferedBytes: Int = 8 << 20, messageBytes: Int = 100_000) {
        self.jobBytes = jobBytes
        self.bufferedBytes = bufferedBytes
        self.messageBytes = messageBytes
    }
}
