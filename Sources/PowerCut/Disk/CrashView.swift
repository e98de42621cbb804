public import LabModel

/// The disk of one boot: a crash state underneath, the boot's own writes on top, and the log of both.
/// Memory grows with the boot's own writes only. A value: its owner (a connection, a test) keeps it in one place.
public struct CrashView: Sendable {
    public let state: CrashState
    /// What was read of the state itself.
    public private(set) var readLog = ReadLog()
    /// What was written on top.
    public private(set) var recording = BootRecording()
    private var overlay = SectorOverlay()
    // One bit for each sector that the trace wrote: it is in the read log.
    private var seen: [UInt64]
    private let limit: Int

    /// A fresh view. `limit` bounds the bytes that the boot may write, each write counted.
    public init(_ state: CrashState, limit: Int = 1 << 30) {
        self.state = state
        self.limit = limit
        seen = [UInt64](repeating: 0, count: (state.space.index.slotCount + 63) / 64)
    }

    /// Disk size in bytes.
    public var size: Int { state.size }

    /// Fills `buffer` from `offset` on. Throws when the range is not whole sectors of the disk.
    public mutating func read(offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) {
        let sectors = try sectors(offset: offset, length: buffer.count)
        state.copy(sectors: sectors, into: buffer)
        if !overlay.isEmpty { overlay.patch(buffer, sectors: sectors, from: recording.payload) }
        readLog.blocks.insert(sectors: sectors)
        log(sectors)
    }

    /// `length` bytes from `offset` on. Throws when the range is not whole sectors of the disk.
    public mutating func read(offset: Int, length: Int) throws(Failure) -> [UInt8] {
        _ = try sectors(offset: offset, length: length)
        var bytes = [UInt8](repeating: 0, count: length)
        var failure: Failure?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(Failure) { try read(offset: offset, into: buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes `bytes` at `offset`. Throws when the range is not whole sectors, or the boot wrote too much.
    public mutating func write(
        offset: Int, _ bytes: UnsafeRawBufferPointer, isFUA: Bool = false, isAmbiguous: Bool = false,
        at time: MonotonicTime
    ) throws(Failure) {
        let sectors = try sectors(offset: offset, length: bytes.count)
        guard !sectors.isEmpty else { return }
        guard recording.payloadSize + bytes.count <= limit else { throw tooMuch() }
        overlay.put(sectors: sectors, at: recording.payloadSize)
        recording.append(
            TraceWrite(
                number: recording.writeCount + 1, offset: offset, length: bytes.count, isFUA: isFUA,
                isAmbiguous: isAmbiguous, time: time), bytes: bytes)
    }

    /// Writes `bytes` at `offset`. Throws when the range is not whole sectors, or the boot wrote too much.
    public mutating func write(
        offset: Int, _ bytes: [UInt8], isFUA: Bool = false, isAmbiguous: Bool = false, at time: MonotonicTime
    ) throws(Failure) {
        var failure: Failure?
        bytes.withUnsafeBytes { buffer in
            do throws(Failure) {
                try write(offset: offset, buffer, isFUA: isFUA, isAmbiguous: isAmbiguous, at: time)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Writes zeros: `content` is `.zeros` or `.trim`. Throws when the range is not whole sectors of the disk.
    public mutating func clear(
        offset: Int, length: Int, content: TraceWrite.Content = .zeros, isFUA: Bool = false,
        isAmbiguous: Bool = false, at time: MonotonicTime
    ) throws(Failure) {
        let sectors = try sectors(offset: offset, length: length)
        guard !sectors.isEmpty else { return }
        guard overlay.places.count + sectors.count <= max(1 << 20, limit / sectorSize) else { throw tooMuch() }
        overlay.put(sectors: sectors, at: -1)
        recording.clear(
            offset: offset, length: length, content: content, isFUA: isFUA, isAmbiguous: isAmbiguous, at: time)
    }

    /// Notes a flush.
    public mutating func flush(isAmbiguous: Bool = false, at time: MonotonicTime) {
        recording.flush(isAmbiguous: isAmbiguous, at: time)
    }

    private func sectors(offset: Int, length: Int) throws(Failure) -> Range<Int> {
        guard offset >= 0, length >= 0, offset <= size, length <= size - offset, offset % sectorSize == 0,
            length % sectorSize == 0
        else {
            throw Failure(
                .infrastructure, "\(length) bytes at \(offset) are not whole sectors of a disk of \(size) bytes")
        }
        return offset / sectorSize..<(offset + length) / sectorSize
    }

    private func tooMuch() -> Failure {
        Failure(
            .job, "the boot of \(state.id) wrote more than \(limit) bytes",
            advice: "is something filling the disk? Otherwise raise the limit")
    }

    private mutating func log(_ sectors: Range<Int>) {
        let index = state.space.index
        var extent = index.firstExtent(endingAfter: sectors.lowerBound)
        while extent < index.extents.count, index.extents[extent].sectors.lowerBound < sectors.upperBound {
            let place = index.extents[extent]
            let isClean = !overlay.blocks.intersects(sectors: place.sectors.clamped(to: sectors))
            for sector in place.sectors.clamped(to: sectors) {
                let slot = place.firstSlot + sector - place.sectors.lowerBound
                let bit: UInt64 = 1 << UInt64(slot & 63)
                guard seen[slot >> 6] & bit == 0, isClean || overlay.places[sector] == nil else { continue }
                seen[slot >> 6] |= bit
                readLog.append(sector: sector)
            }
            extent += 1
        }
    }
}
