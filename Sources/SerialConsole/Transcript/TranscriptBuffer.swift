import LabModel

/// What is still to be written to a transcript. When the disk is too slow or full, output is left out and marked as a
/// gap instead of filling the memory.
struct TranscriptBuffer {
    /// The most output that waits, in bytes.
    static let capacity = 4 * 1024 * 1024
    /// The most entries of the index that wait.
    private static let records = 65_536

    /// What one write takes.
    struct Batch: Sendable {
        var offset: UInt64
        var bytes: [UInt8]
        var index: [UInt8]
    }

    private var batches: [Batch] = []
    /// Output that waits, in bytes.
    private(set) var waiting = 0
    /// Entries as they are stored.
    private var index: [UInt8] = []
    /// The offset of the last of them.
    private var indexed = ConsoleOffset.start
    private var isInOrder = true
    private var gap: TranscriptRecord?
    /// What is missing, in order. The last one takes in what follows once there are very many.
    private(set) var gaps: [Range<UInt64>] = []
    private static let gapsKept = 4096
    /// The largest transcript, in bytes; what comes after is a gap.
    let limit: UInt64

    init(limit: UInt64) {
        self.limit = limit
    }

    var isEmpty: Bool { batches.isEmpty && index.isEmpty }

    /// Adds output, or marks it as missing.
    ///
    /// - Parameter expected: How much output comes in one go with this, in bytes.
    mutating func append(
        _ bytes: UnsafeRawBufferPointer, offset: UInt64, at time: MonotonicTime, wall: WallTime,
        expecting expected: Int = 0
    ) {
        let count = UInt64(bytes.count)
        guard waiting + bytes.count <= Self.capacity, offset + count <= limit else {
            return miss(count, offset: offset, at: time, wall: wall)
        }
        closeGap()
        waiting += bytes.count
        if let last = batches.indices.last, batches[last].offset + UInt64(batches[last].bytes.count) == offset {
            batches[last].bytes.append(contentsOf: bytes)
        } else {
            var batch = Batch(offset: offset, bytes: [], index: [])
            batch.bytes.reserveCapacity(max(bytes.count, expected))
            batch.bytes.append(contentsOf: bytes)
            batches.append(batch)
        }
    }

    /// Adds an entry to the index. Entries of lines give way when too many wait.
    mutating func append(_ record: TranscriptRecord) {
        guard index.count < Self.records * TranscriptRecord.size || record.kind != .line else { return }
        store(record)
    }

    /// Marks output as missing: it was left out, or could not be written.
    mutating func miss(_ count: UInt64, offset: UInt64, at time: MonotonicTime, wall: WallTime) {
        if let last = gaps.last, last.upperBound == offset || gaps.count >= Self.gapsKept {
            gaps[gaps.count - 1] = last.lowerBound..<max(last.upperBound, offset + count)
        } else {
            gaps.append(offset..<(offset + count))
        }
        if let known = gap, known.offset.rawValue + known.length == offset {
            gap?.length += count
        } else {
            closeGap()
            gap = TranscriptRecord(
                .gap, offset: ConsoleOffset(rawValue: offset), monotonic: time, wall: wall, length: count)
        }
    }

    /// Takes everything that waits. A gap that may still grow is taken only when `isLast`.
    mutating func take(isLast: Bool) -> [Batch] {
        if isLast { closeGap() }
        guard !isEmpty else { return [] }
        var taken = batches
        if taken.isEmpty { taken.append(Batch(offset: 0, bytes: [], index: [])) }
        taken[taken.count - 1].index = isInOrder ? index : inOrder(index)
        batches = []
        waiting = 0
        index = []
        isInOrder = true
        return taken
    }

    private mutating func store(_ record: TranscriptRecord) {
        if record.offset < indexed, !index.isEmpty { isInOrder = false }
        indexed = record.offset
        record.store(to: &index)
    }

    private mutating func closeGap() {
        guard let closed = gap else { return }
        store(closed)
        gap = nil
    }
}

/// The same entries in the order of their offsets.
private func inOrder(_ index: [UInt8]) -> [UInt8] {
    TranscriptRecord.read(index: index).sorted { $0.offset < $1.offset }.flatMap(\.bytes)
}
