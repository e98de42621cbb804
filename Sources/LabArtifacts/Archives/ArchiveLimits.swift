/// How much an archive may hold.
public struct ArchiveLimits: Hashable, Sendable {
    public var maximumEntries: Int
    /// All files together, in bytes.
    public var maximumBytes: Int64
    /// Folders below each other.
    public var maximumDepth: Int

    public init(maximumEntries: Int = 500_000, maximumBytes: Int64 = 16 << 30, maximumDepth: Int = 64) {
        self.maximumEntries = maximumEntries
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }
}
