/// How much an archive may hold.
public struct ArchiveLimits: Hashable, Sendable {
    /// Files, links and folders, also those that are only named as a part of a path.
    public var maximumEntries: Int
    /// All files together, in bytes.
    public var maximumBytes: Int64
    /// Folders below each other.
    public var maximumDepth: Int
    /// All paths together, in bytes: what has to be remembered of an archive.
    public var maximumNameBytes: Int

    public init(
        maximumEntries: Int = 500_000, maximumBytes: Int64 = 16 << 30, maximumDepth: Int = 64,
        maximumNameBytes: Int = 64 << 20
    ) {
        self.maximumEntries = maximumEntries
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.maximumNameBytes = maximumNameBytes
    }

    /// Of a tar archive under its compression: the files, and what tar puts around them.
    var unpacked: UnpackLimits {
        let (sum, overflow) = maximumBytes.addingReportingOverflow(1 << 30)
        return UnpackLimits(maximumBytes: overflow ? maximumBytes : sum)
    }
}
