/// The space of a file system, in bytes.
public struct DiskSpace: Hashable, Sendable, Codable {
    /// What labd may still take.
    public var free: Int64
    public var capacity: Int64

    public init(free: Int64, capacity: Int64) {
        self.free = free
        self.capacity = capacity
    }
}

/// A limit for free space.
public enum DiskMark: Hashable, Sendable {
    case bytes(Int64)
    /// 0...1 of the capacity.
    case share(Double)
    /// The smaller of both: a small disk is not full from the beginning.
    case smaller(bytes: Int64, share: Double)

    /// The limit on a file system of `capacity` bytes.
    public func bytes(of capacity: Int64) -> Int64 {
        switch self {
        case .bytes(let bytes): bytes
        case .share(let share): Int64(Double(capacity) * share)
        case .smaller(let bytes, let share): min(bytes, Int64(Double(capacity) * share))
        }
    }
}

/// When the state folder's disk has too little free space.
public struct DiskMarks: Hashable, Sendable {
    /// Below it the queue stands still, and files that can be had again go.
    public var low: DiskMark
    /// Below it logs and recordings go too, as far as the policy of retention lets them go at all.
    public var critical: DiskMark

    public init(
        low: DiskMark = .smaller(bytes: 1 << 30, share: 0.05),
        critical: DiskMark = .smaller(bytes: 256 << 20, share: 0.01)
    ) {
        self.low = low
        self.critical = critical
    }
}

/// How much room the state folder has.
public enum DiskLevel: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case ample, low, critical

    public static func < (lhs: DiskLevel, rhs: DiskLevel) -> Bool {
        (allCases.firstIndex(of: lhs) ?? 0) < (allCases.firstIndex(of: rhs) ?? 0)
    }
}

/// Tells a full disk from one that has room. It takes more space to leave a level than it took to enter it, so that a
/// disk at the edge does not start and stop the queue all the time.
public struct DiskGauge: Hashable, Sendable {
    public let marks: DiskMarks
    public private(set) var level = DiskLevel.ample

    public init(marks: DiskMarks) {
        self.marks = marks
    }

    /// Free space that ends `low` on a file system of `capacity` bytes: a quarter above the mark.
    public func resumeMark(of capacity: Int64) -> Int64 { Self.leaving(marks.low, capacity) }

    /// Takes a measurement.
    ///
    /// - Returns: whether the level is another one now.
    public mutating func observe(_ space: DiskSpace) -> Bool {
        let entered = level(space) { $0.bytes(of: space.capacity) }
        let kept = level(space) { Self.leaving($0, space.capacity) }
        // Down as soon as a mark is passed, up only with the margin.
        let next = max(entered, min(level, kept))
        defer { level = next }
        return next != level
    }

    private func level(_ space: DiskSpace, _ limit: (DiskMark) -> Int64) -> DiskLevel {
        if space.free < limit(marks.critical) { return .critical }
        return space.free < limit(marks.low) ? .low : .ample
    }

    private static func leaving(_ mark: DiskMark, _ capacity: Int64) -> Int64 {
        let bytes = mark.bytes(of: capacity)
        return min(bytes + bytes / 4, max(bytes, capacity))
    }
}
