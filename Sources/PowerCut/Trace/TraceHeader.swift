public import LabModel

/// What a trace was recorded on.
public struct TraceHeader: Hashable, Sendable {
    /// SHA-256 of the disk before the first write.
    public var baseDigest: ContentDigest
    /// Size of that disk in bytes, a multiple of the sector size.
    public var baseSize: Int
    /// When the recording began.
    public var recordedAt: WallTime
    /// The machine's configuration as text, in the order it was given: QEMU's version, arguments, the update command.
    public var machine: [MachineFact]

    /// One line of the machine's configuration.
    public struct MachineFact: Hashable, Sendable {
        public var key: String
        public var value: String

        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    public init(baseDigest: ContentDigest, baseSize: Int, recordedAt: WallTime, machine: [MachineFact] = []) {
        self.baseDigest = baseDigest
        self.baseSize = baseSize
        self.recordedAt = recordedAt
        self.machine = machine
    }

    /// The value of the first fact called `key`.
    public func machine(_ key: String) -> String? {
        machine.first { $0.key == key }?.value
    }
}
