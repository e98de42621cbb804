public import LabModel

/// What one boot wrote, in order: the recording that its own power cuts are derived from. Kept in memory.
public struct BootRecording: Hashable, Sendable {
    /// Writes and flushes, write numbers counting from 1.
    public internal(set) var events: [TraceEvent] = []
    // First byte of each write's payload; -1 for zeros.
    var payloadOffsets: [Int] = []
    var payload: [UInt8] = []
    /// Writes of the boot that came after those that are kept.
    public internal(set) var leftOut = 0

    public init() {}

    public var writeCount: Int { payloadOffsets.count }

    /// Bytes of payload held.
    public var payloadSize: Int { payload.count }

    /// The writes alone.
    public var writes: [TraceWrite] {
        events.compactMap { if case .write(let write) = $0 { write } else { nil } }
    }

    /// A copy of the bytes of write `number`, 1...writeCount.
    public func bytes(ofWrite number: Int) -> [UInt8] {
        let write = writes[number - 1]
        let start = payloadOffsets[number - 1]
        return start < 0 ? [UInt8](repeating: 0, count: write.length) : Array(payload[start..<start + write.length])
    }

    /// Adds a write of whole sectors.
    public mutating func write(
        offset: Int, _ bytes: [UInt8], isFUA: Bool = false, isAmbiguous: Bool = false, at time: MonotonicTime
    ) {
        let write = TraceWrite(
            number: writeCount + 1, offset: offset, length: bytes.count, isFUA: isFUA, isAmbiguous: isAmbiguous,
            time: time)
        bytes.withUnsafeBytes { append(write, bytes: $0) }
    }

    /// Adds a write of zeros or a trim.
    public mutating func clear(
        offset: Int, length: Int, content: TraceWrite.Content = .zeros, isFUA: Bool = false,
        isAmbiguous: Bool = false, at time: MonotonicTime
    ) {
        append(
            TraceWrite(
                number: writeCount + 1, offset: offset, length: length,
                content: content == .data ? .zeros : content, isFUA: isFUA, isAmbiguous: isAmbiguous, time: time),
            bytes: nil)
    }

    /// Adds a completed flush.
    public mutating func flush(isAmbiguous: Bool = false, at time: MonotonicTime) {
        events.append(.flush(TraceFlush(isAmbiguous: isAmbiguous, time: time, writesBefore: writeCount)))
    }

    /// Adds a mark.
    public mutating func mark(_ text: String, phase: String? = nil, isSuccess: Bool = false, at time: MonotonicTime) {
        events.append(
            .mark(TraceMark(text: text, phase: phase, isSuccess: isSuccess, time: time, writesBefore: writeCount)))
    }

    /// Adds a write; `bytes` is nil for zeros, else as long as `write`.
    mutating func append(_ write: TraceWrite, bytes: UnsafeRawBufferPointer?) {
        payloadOffsets.append(bytes == nil ? -1 : payload.count)
        if let bytes { payload.append(contentsOf: bytes) }
        events.append(.write(write))
    }

    /// The first `count` writes and the flushes among them.
    public func prefix(_ count: Int) -> BootRecording {
        var copy = BootRecording()
        for event in events {
            if case .write(let write) = event {
                if copy.writeCount == count { return copy }
                let start = payloadOffsets[write.number - 1]
                payload.withUnsafeBytes { all in
                    copy.append(
                        write,
                        bytes: start < 0 ? nil : UnsafeRawBufferPointer(rebasing: all[start..<start + write.length]))
                }
            } else {
                copy.events.append(event)
            }
        }
        return copy
    }
}
