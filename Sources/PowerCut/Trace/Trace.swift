public import LabModel

/// One recorded update: every write and flush of a disk in order. The payload stays in the file it came from.
public struct Trace: Sendable {
    public let header: TraceHeader
    /// Everything in order of arrival.
    public let events: [TraceEvent]
    /// The writes alone; `writes[n - 1]` is write `n`.
    public let writes: [TraceWrite]
    /// The marks alone.
    public let marks: [TraceMark]
    /// Identity of header, events and payload; equal for equal recordings only.
    public let digest: ContentDigest

    // First byte of each write's payload in `payload`; unused for writes of zeros.
    private let payloadOffsets: [Int]
    private let payload: MappedBytes

    init(
        header: TraceHeader, events: [TraceEvent], payloadOffsets: [Int], payload: MappedBytes, digest: ContentDigest
    ) {
        self.header = header
        self.events = events
        self.payloadOffsets = payloadOffsets
        self.payload = payload
        self.digest = digest
        writes = events.compactMap { if case .write(let write) = $0 { write } else { nil } }
        marks = events.compactMap { if case .mark(let mark) = $0 { mark } else { nil } }
    }

    /// A recording of nothing: the disk as it is.
    public static func empty(header: TraceHeader) -> Trace {
        Trace(
            header: header, events: [], payloadOffsets: [], payload: MappedBytes([]),
            digest: ContentDigest(of: header.baseDigest.bytes))
    }

    /// A recording that was made in memory.
    public init(header: TraceHeader, recording: BootRecording) {
        var text = ByteWriter(bytes: TraceFormat.body(header))
        for event in recording.events {
            switch event {
            case .write(let write): text.bytes += TraceFormat.body(write, digest: nil)
            case .flush(let flush): text.bytes += TraceFormat.body(flush)
            case .mark(let mark): text.bytes += TraceFormat.body(mark)
            }
        }
        text.bytes += ContentDigest(of: recording.payload).bytes
        self.init(
            header: header, events: recording.events, payloadOffsets: recording.payloadOffsets,
            payload: MappedBytes(recording.payload), digest: ContentDigest(of: text.bytes))
    }

    /// The bytes of `sector` (an absolute sector number inside write `number`), 512 of them.
    @inline(__always)
    func pointer(toSector sector: Int, ofWrite number: Int) -> UnsafeRawPointer {
        let write = writes[number - 1]
        guard write.content == .data else { return ZeroBytes.shared.start }
        return payload.start + payloadOffsets[number - 1] + (sector * sectorSize - write.offset)
    }

    /// Whether the whole write is zeros by its kind, so that no pointer into the payload exists.
    @inline(__always)
    func isZeros(write number: Int) -> Bool {
        writes[number - 1].content != .data
    }

    /// A copy of the bytes of write `number`, 1...writes.count.
    public func bytes(ofWrite number: Int) -> [UInt8] {
        let write = writes[number - 1]
        guard write.content == .data else { return [UInt8](repeating: 0, count: write.length) }
        let start = payload.start + payloadOffsets[number - 1]
        return Array(UnsafeRawBufferPointer(start: start, count: write.length))
    }

    /// From the first write or mark to the last write, flush or mark.
    public var duration: Duration {
        guard let first = events.first?.time, let last = events.last?.time else { return .zero }
        return last.duration(since: first)
    }
}

extension TraceEvent {
    /// When it happened.
    public var time: MonotonicTime {
        switch self {
        case .write(let write): write.time
        case .flush(let flush): flush.time
        case .mark(let mark): mark.time
        }
    }
}
