public import LabModel

/// The unit that a disk writes whole, in bytes. Everything in this room counts in it.
public let sectorSize = 512

/// What reached the recorded disk, in order of arrival, and what the console said in between.
public enum TraceEvent: Hashable, Sendable {
    case write(TraceWrite)
    case flush(TraceFlush)
    case mark(TraceMark)
}

/// A write, a write of zeros or a trim.
public struct TraceWrite: Hashable, Sendable {
    /// What the bytes are.
    public enum Content: UInt8, Hashable, Sendable {
        /// The trace holds them.
        case data = 0
        /// Zeros (`NBD_CMD_WRITE_ZEROES`).
        case zeros = 1
        /// A trim; read back as zeros.
        case trim = 2
    }

    /// Counts from 1 over the writes of the trace: the `n` of `wn`.
    public var number: Int
    /// First byte, a multiple of the sector size.
    public var offset: Int
    /// Bytes, a positive multiple of the sector size.
    public var length: Int
    public var content: Content
    /// It was on the medium when it was acknowledged (Force Unit Access).
    public var isFUA: Bool
    /// The next request waited in the socket when this one's reply was sent: its sender had not seen the reply.
    public var isAmbiguous: Bool
    /// When the reply was sent.
    public var time: MonotonicTime

    public init(
        number: Int, offset: Int, length: Int, content: Content = .data, isFUA: Bool = false,
        isAmbiguous: Bool = false, time: MonotonicTime
    ) {
        self.number = number
        self.offset = offset
        self.length = length
        self.content = content
        self.isFUA = isFUA
        self.isAmbiguous = isAmbiguous
        self.time = time
    }

    /// The sectors written.
    public var sectors: Range<Int> { offset / sectorSize..<(offset + length) / sectorSize }
}

/// A completed flush.
public struct TraceFlush: Hashable, Sendable {
    /// The next request waited in the socket when this one's reply was sent.
    public var isAmbiguous: Bool
    /// When the reply was sent.
    public var time: MonotonicTime
    /// Writes before it.
    public var writesBefore: Int

    public init(isAmbiguous: Bool = false, time: MonotonicTime, writesBefore: Int) {
        self.isAmbiguous = isAmbiguous
        self.time = time
        self.writesBefore = writesBefore
    }
}

/// Something on the console that names a phase of the update, or only deserves a place in the report.
public struct TraceMark: Hashable, Sendable {
    /// The console's text.
    public var text: String
    /// The phase that begins here; nil if none does.
    public var phase: String?
    /// The updater reports success here: from now on the old version is a lost update.
    public var isSuccess: Bool
    public var time: MonotonicTime
    /// Writes acknowledged so far.
    public var writesBefore: Int

    public init(
        text: String, phase: String? = nil, isSuccess: Bool = false, time: MonotonicTime, writesBefore: Int
    ) {
        self.text = text
        self.phase = phase
        self.isSuccess = isSuccess
        self.time = time
        self.writesBefore = writesBefore
    }
}
