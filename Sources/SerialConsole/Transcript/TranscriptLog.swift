import LabModel
import NIOCore
import NIOPosix

/// Writes a console's transcript on a thread of the pool, one write at a time: after 50 ms, or earlier when much has
/// come. What waits lies in the console's history and is copied when it is written, or when the history is about to
/// lose it. Used on the console's event loop only.
final class TranscriptLog {
    /// The largest transcript when nobody says, in bytes.
    static let limit: UInt64 = 2 << 30
    private static let interval = TimeAmount.milliseconds(50)
    /// How much output is written without waiting for the interval, in bytes.
    private static let eager: UInt64 = 32 * 1024
    /// The most output that is copied for one write, in bytes.
    private static let batch: UInt64 = 48 * 1024

    let files: TranscriptFiles
    private let eventLoop: any EventLoop
    private let pool: NIOThreadPool
    private let clock: any LabClock
    private var buffer: TranscriptBuffer
    /// The console's history; nil until the console has told.
    var history: (() -> ConsoleHistory?)?
    /// The end of the output that was read, and of what was copied from the history.
    private var end: UInt64 = 0
    private var copied: UInt64 = 0
    /// When the lines of the last entry began.
    private var lineTime: MonotonicTime?
    private var indexEnd: UInt64 = 0
    private var isScheduled = false
    private var writing: EventLoopFuture<Void>?
    /// Somebody waits for the write under way and will write what is left.
    private var isAwaited = false

    /// - Parameter limit: the largest transcript, in bytes; the times of lines take a quarter of it more at most.
    init(
        files: TranscriptFiles, eventLoop: any EventLoop, pool: NIOThreadPool, clock: any LabClock,
        limit: UInt64 = TranscriptLog.limit
    ) {
        buffer = TranscriptBuffer(limit: limit)
        self.files = files
        self.eventLoop = eventLoop
        self.pool = pool
        self.clock = clock
    }

    /// Output that waits to be written, in bytes.
    var backlog: Int { Int(end - copied) + buffer.waiting }

    /// Output that was left out so far, in bytes.
    var bytesMissing: UInt64 { buffer.gaps.reduce(0) { $0 + UInt64($1.count) } }

    /// The history is about to take `count` bytes more.
    func makeRoom(for count: Int) {
        if end - copied + UInt64(count) > UInt64(ConsoleHistory.kept) { copyOutput(atMost: end - copied) }
    }

    /// The history has taken output up to `end`.
    func outputCame(upTo end: UInt64) {
        self.end = end
        if end - copied >= Self.eager, writing == nil { _ = flush() } else { schedule() }
    }

    /// Adds an entry to the index.
    func append(_ record: TranscriptRecord) {
        buffer.append(record)
        schedule()
    }

    /// Adds the times of lines to the index.
    func append(lines: [LineSpan]) {
        guard indexEnd < buffer.limit / 4 else { return }
        for line in lines where line.at != lineTime {
            lineTime = line.at
            buffer.append(
                TranscriptRecord(
                    .line, offset: ConsoleOffset(rawValue: line.offset), monotonic: line.at, wall: line.wall))
        }
        schedule()
    }

    /// Writes everything that was added before; fails never, as what cannot be written becomes a gap.
    func flush(isLast: Bool = false) -> EventLoopFuture<Void> {
        if let writing {
            isAwaited = true
            return writing.assumeIsolated().flatMap {
                self.isAwaited = false
                return self.flush(isLast: isLast)
            }.nonisolated()
        }
        copyOutput(atMost: Self.batch)
        let isWhole = copied == end
        let batches = buffer.take(isLast: isLast && isWhole)
        guard !batches.isEmpty else { return eventLoop.makeSucceededVoidFuture() }
        let place = indexEnd
        let files = files
        let written = pool.runIfActive(eventLoop: eventLoop) { writeAll(batches, to: files, indexAt: place) }
        let done = written.assumeIsolated().map { outcome in
            self.writing = nil
            self.indexEnd = outcome.indexEnd
            self.markMissing(outcome.missing)
            if !self.isAwaited, self.end - self.copied >= Self.eager { _ = self.flush() }
        }.recover { _ in
            self.writing = nil
            self.markMissing(batches)
        }.nonisolated()
        writing = done
        return isWhole ? done : done.assumeIsolated().flatMap { self.flush(isLast: isLast) }.nonisolated()
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

    private func copyOutput(atMost count: UInt64) {
        guard copied < end, let history = history?() else { return }
        let (now, wall) = (clock.monotonic(), clock.wall())
        let range = max(copied, history.base)..<min(end, copied + count)
        history.forEachPiece(of: range) { piece, offset in
            buffer.append(piece, offset: offset, at: now, wall: wall, expecting: range.count)
        }
        copied = range.upperBound
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
