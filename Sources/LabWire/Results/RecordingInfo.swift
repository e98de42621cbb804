public import LabModel

/// A recorded update. Times in seconds, sizes in bytes.
public struct RecordingInfo: Codable, Sendable, Equatable {
    public struct Phase: Codable, Sendable, Equatable {
        public var name: String
        public var firstWrite: Int
        public var lastWrite: Int
        public var bytes: Int64

        public init(name: String, firstWrite: Int, lastWrite: Int, bytes: Int64) {
            self.name = name
            self.firstWrite = firstWrite
            self.lastWrite = lastWrite
            self.bytes = bytes
        }
    }

    public var job: Int64
    /// The position of the `power_cut` block in the job.
    public var block: Int
    /// There are the states `w0` to `w` and this number, and more.
    public var writes: Int
    public var flushes: Int
    public var bytes: Int64
    public var diskSize: Int64
    public var phases: [Phase]
    /// Writes before the updater reported success; nil when it never did.
    public var writesBeforeSuccess: Int?
    public var duration: Double
    public var recordedAt: String
    /// SHA-256 of the trace, and of the disk before the first write.
    public var trace: String
    public var base: String
    public var machine: [String: String]

    public init(
        job: Int64, block: Int, writes: Int, flushes: Int, bytes: Int64, diskSize: Int64, phases: [Phase],
        writesBeforeSuccess: Int? = nil, duration: Double, recordedAt: String, trace: String, base: String,
        machine: [String: String] = [:]
    ) {
        self.job = job
        self.block = block
        self.writes = writes
        self.flushes = flushes
        self.bytes = bytes
        self.diskSize = diskSize
        self.phases = phases
        self.writesBeforeSuccess = writesBeforeSuccess
        self.duration = duration
        self.recordedAt = recordedAt
        self.trace = trace
        self.base = base
        self.machine = machine
    }

    public init(_ facts: RecordingFacts, of job: JobID) {
        self.init(
            job: job.rawValue, block: facts.block, writes: facts.writes, flushes: facts.flushes, bytes: facts.bytes,
            diskSize: facts.diskSize,
            phases: facts.phases.map {
                Phase(name: $0.name, firstWrite: $0.firstWrite, lastWrite: $0.lastWrite, bytes: $0.bytes)
            }, writesBeforeSuccess: facts.writesBeforeSuccess, duration: facts.duration.inSeconds,
            recordedAt: facts.recordedAt.iso8601, trace: facts.trace, base: facts.base, machine: facts.machine)
    }
}
