public import LabModel

/// One entry of a transcript's index. The index is an append-only file of these, in the order of their offsets, each
/// 32 bytes long in little-endian order: offset (8), monotonic time in ns (8), wall time in ns (8), length (7),
/// kind (1).
public struct TranscriptRecord: Hashable, Sendable {
    /// What happened at the offset.
    public enum Kind: UInt8, Sendable {
        /// A line begins, or goes on after it was cut. Lines that began in the same read share its entry: from here to
        /// the next entry of this kind, every line began at this time.
        case line = 1
        /// `length` bytes from here are missing; the transcript holds zero bytes instead.
        case gap = 2
        /// The console was connected.
        case attached = 3
        /// The console was lost.
        case detached = 4
        /// A pattern of an armed trigger or of a watch cost too much here: the trigger is given up, the watch goes on
        /// without that pattern for a while.
        case strained = 5
    }

    public var kind: Kind
    public var offset: ConsoleOffset
    public var monotonic: MonotonicTime
    public var wall: WallTime
    /// The number of bytes of a gap; 0 for the other kinds.
    public var length: UInt64

    public init(
        _ kind: Kind, offset: ConsoleOffset, monotonic: MonotonicTime, wall: WallTime, length: UInt64 = 0
    ) {
        self.kind = kind
        self.offset = offset
        self.monotonic = monotonic
        self.wall = wall
        self.length = length
    }

    /// The size of an entry in bytes.
    public static let size = 32

    /// The entry as it is stored.
    public var bytes: [UInt8] {
        var stored: [UInt8] = []
        store(to: &stored)
        return stored
    }

    /// Adds the entry as it is stored.
    func store(to index: inout [UInt8]) {
        let words = SIMD4<UInt64>(
            offset.rawValue.littleEndian, UInt64(bitPattern: monotonic.nanoseconds).littleEndian,
            UInt64(bitPattern: wall.nanoseconds).littleEndian,
            (min(length, 1 << 56 - 1) | UInt64(kind.rawValue) << 56).littleEndian)
        withUnsafeBytes(of: words) { index.append(contentsOf: $0) }
    }

    /// Reads one stored entry; nil when `bytes` are no entry.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        var words = [UInt64](repeating: 0, count: 4)
        for (index, byte) in bytes.enumerated() { words[index / 8] |= UInt64(byte) << UInt64(8 * (index % 8)) }
        guard let kind = Kind(rawValue: UInt8(words[3] >> 56)) else { return nil }
        self.init(
            kind, offset: ConsoleOffset(rawValue: words[0]),
            monotonic: MonotonicTime(nanoseconds: Int64(bitPattern: words[1])),
            wall: WallTime(nanoseconds: Int64(bitPattern: words[2])), length: words[3] & (1 << 56 - 1))
    }

    /// Reads a whole index. A last entry that was cut off by a crash is left out.
    public static func read(index: [UInt8]) -> [TranscriptRecord] {
        stride(from: 0, to: index.count - index.count % size, by: size).compactMap {
            TranscriptRecord(bytes: index[$0..<($0 + size)])
        }
    }
}
