import LabModel

/// How much a compressed file may become.
public struct UnpackLimits: Hashable, Sendable {
    /// Bytes after unpacking.
    public var maximumBytes: Int64
    /// Unpacked bytes for each packed byte.
    public var maximumRatio: Int64
    /// The ratio counts only beyond so many unpacked bytes: an empty disk image is small and honest.
    public var ratioFreeBytes: Int64

    public init(maximumBytes: Int64 = 64 << 30, maximumRatio: Int64 = 2000, ratioFreeBytes: Int64 = 1 << 30) {
        self.maximumBytes = maximumBytes
        self.maximumRatio = maximumRatio
        self.ratioFreeBytes = ratioFreeBytes
    }
}

/// What is left of the limits while one file is unpacked.
struct UnpackBudget {
    let limits: UnpackLimits
    let packedBytes: Int64
    private(set) var unpackedBytes: Int64 = 0

    init(_ limits: UnpackLimits, packedBytes: Int64) {
        self.limits = limits
        self.packedBytes = packedBytes
    }

    /// - Throws: `job` when the file becomes larger than allowed.
    mutating func take(_ count: Int) throws(Failure) {
        unpackedBytes += Int64(count)
        if unpackedBytes > limits.maximumBytes {
            throw Failure(
                .job, "unpacks to more than \(limits.maximumBytes) bytes",
                advice: "use a smaller image, or raise the limit in labd's configuration")
        }
        let (allowed, overflow) = packedBytes.multipliedReportingOverflow(by: limits.maximumRatio)
        if !overflow, unpackedBytes > limits.ratioFreeBytes, unpackedBytes > allowed {
            throw Failure(
                .job, "unpacks to more than \(limits.maximumRatio) times its size, as only a bomb does",
                advice: "check what the URL really holds")
        }
    }
}
