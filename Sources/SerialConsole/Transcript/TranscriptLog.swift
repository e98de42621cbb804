import LabModel
import NIOCore
import NIOPosix

/// Writes a console's transcript: collects on the event loop, writes on a thread of the pool, at most every 50 ms and
/// one write at a time. Used on the console's event loop only.
final class TranscriptLog {
    /// The largest transcript, in bytes.
    static let limit: UInt64 = 2 << 30
    private static let interval = TimeAmount.milliseconds(50)

    let files: TranscriptFiles
    private let eventLoop: any EventLoop
    private let pool: NIOThreadPool
    private let clock: any LabClock
    private var buffer = TranscriptBuffer(limit: TranscriptLog.limit)
    private var indexEnd: UInt64 = 0
    private var isScheduled = false
    private var writing: EventLoopFuture<Void>?

    init(files: TranscriptFiles, eventLoop: any EventLoop, pool: NIOThreadPool, clock: any LabClock) {
        self.files = files
        self.eventLoop = eventLoop
        self.pool = pool
        self.clock = clock
    }

    /// Adds output that was read.
    func append(_ bytes: UnsafeRawBufferPointer, offset: UInt64, at time: MonotonicTime, wall: WallTime) {
        buffer.append(bytes, offset: offset, at: time, wall: wall)
        schedule()
    }

    /// Adds entries to the index.
    func append(_ records: [TranscriptRecord]) {
        for record in records { buffer.append(record) }
        schedule()
    }

    /// Writes everything that was added before; fails never, as what cannot be written becomes a gap.
    func flush(isLast: Bool = false) -> EventLoopFuture<Void> {
        if let writing {
            return writing.assumeIsolated().flatMap { self.flush(isLast: isLast) }.nonisolated()
        }
        let batches = buffer.take(isLast: isLast)
        guard !batches.isEmpty else { return eventLoop.makeSucceededVoidFuture() }
        let place = indexEnd
        let files = files
        let written = pool.runIfActive(eventLoop: eventLoop) { writeAll(batches, to: files, indexAt: place) }
        let done = written.assumeIsolated().map { outcome in
            self.writing = nil
            self.indexEnd = outcome.indexEnd
            self.markMissing(outcome.missing)
        }.recover { _ in
            self.writing = nil
            self.markMissing(batches)
        }.nonisolated()
        writing = done
        return done
    }

    /// Reads back at most `count` bytes, after writing what waits. Stops before a gap: empty inside one.
    func read(from offset: UInt64, count: Int) -> EventLoopFuture<[UInt8]> {
        let (files, pool, eventLoop) = (files, pool, eventLoop)
        return flush().assumeIsolated().flatMap {
            let gap = self.buffer.gaps.first { $0.upperBound > offset }
            let whole = gap.map { Int(min(UInt64(count), $0.lowerBound - min(offset, $0.lowerBound))) } ?? count
            return pool.runIfActive(eventLoop: eventLoop) { try files.read(from: offset, count: whole) }
        }.nonisolated()
    }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        eventLoop.assumeIsolated().scheduleTask(in: Self.interval) {
            self.isScheduled = false
            _ = self.flush()
        }
    }

    private func markMissing(_ batches: [TranscriptBuffer.Batch]) {
        for batch in batches where !batch.bytes.isEmpty {
            let (now, wall) = (clock.monotonic(), clock.wall())
            buffer.miss(UInt64(batch.bytes.count), offset: batch.offset, at: now, wall: wall)
        }
        if !buffer.isEmpty { schedule() }
    }
}

private struct WriteOutcome: Sendable {
    var missing: [TranscriptBuffer.Batch] = []
    var indexEnd: UInt64
}

private func writeAll(
    _ batches: [TranscriptBuffer.Batch], to files: TranscriptFiles, indexAt place: UInt64
) -> WriteOutcome {
    var outcome = WriteOutcome(indexEnd: place)
    for batch in batches {
        do {
            if !batch.bytes.isEmpty { try files.write(batch.bytes, at: batch.offset) }
        } catch {
            outcome.missing.append(batch)
        }
        do {
            if !batch.index.isEmpty { try files.write(index: batch.index, at: outcome.indexEnd) }
            outcome.indexEnd += UInt64(batch.index.count)
        } catch {
            // The entries are lost; the raw output stands, and later entries take their place.
            continue
        }
    }
    return outcome
}
