import LabModel
import NIOCore

/// The life of one console on its event loop: carries out what `ConsoleState` decides. Everything here runs on that
/// loop, from the bytes of a chunk to an armed action, with no hop between.
final class ConsoleCore {
    typealias SearchID = ConsoleState.SearchID

    /// Who is told what a search finds.
    enum Listener {
        case expect(Expectation)
        case arm(Armed)
        case watch(Watching)
    }

    struct Expectation {
        let key: WaitKey
        let patterns: [ConsolePattern]
        let continuation: CheckedContinuation<ConsoleMatch, any Error>
    }

    struct Armed {
        let token: UInt64
        let delay: Duration
        let action: @Sendable (TriggerFiring) -> Void
        let onFailure: @Sendable (Failure) -> Void
    }

    struct Watching {
        let handler: @Sendable (ConsoleMatch) -> Void
        let onFailure: @Sendable (Failure) -> Void
    }

    let name: String
    let eventLoop: any EventLoop
    let clock: any LabClock
    let scratch: MatchScratch
    let transcript: TranscriptLog?
    let sender: PacedSender
    var state = ConsoleState()
    var listeners: [SearchID: Listener] = [:]
    var deadlines: [SearchID: Scheduled<Void>] = [:]
    var followers: [(token: UInt64, handler: @Sendable ([ConsoleLine]) -> Void)] = []
    var readers: [WaitKey: WaitingReader] = [:]
    /// How each standing watch is ended.
    var endings: [UInt64: () -> Void] = [:]
    var channel: (any Channel)?
    var listener: (any Channel)?
    private(set) var isClosed = false
    private var tokensMade: UInt64 = 0
    private var timer: (due: MonotonicTime, task: Scheduled<Void>)?

    /// - Throws: `Failure` of type `infrastructure` when there is no memory.
    init(name: String, eventLoop: any EventLoop, clock: any LabClock, transcript: TranscriptLog?) throws(Failure) {
        self.name = name
        self.eventLoop = eventLoop
        self.clock = clock
        self.transcript = transcript
        sender = PacedSender(eventLoop: eventLoop)
        scratch = try MatchScratch { clock.monotonic() }
        transcript?.history = { [weak self] in self?.state.history }
    }

    // MARK: - The channel

    func attached(_ channel: any Channel) {
        self.channel = channel
        sender.use(channel)
        mark(.attached)
    }

    func detached(_ channel: any Channel) {
        guard let current = self.channel, current === channel else { return }
        self.channel = nil
        sender.use(nil)
        mark(.detached)
    }

    /// Takes a chunk of any size.
    func received(_ chunk: UnsafeRawBufferPointer) {
        guard !isClosed else { return }
        let (now, wall) = (clock.monotonic(), clock.wall())
        var start = 0
        while start < chunk.count {
            let end = min(start + Self.largestPiece, chunk.count)
            let piece = UnsafeRawBufferPointer(rebasing: chunk[start..<end])
            start = end
            transcript?.makeRoom(for: piece.count)
            perform(state.read(piece, at: now))
            let (actions, lines) = state.readOn(piece, at: now, wall: wall)
            perform(actions)
            if !lines.isEmpty { tell(lines) }
            transcript?.outputCame(upTo: state.end)
        }
        if !readers.isEmpty { serveReaders() }
        // A timer that is due before anything that these bytes began is left as it is.
        if let timer, timer.due <= now.advanced(by: PatternLimits.silence) { return }
        rearm()
    }

    /// The most that is taken in one go, in bytes: all of it has to be at hand while it is looked at.
    private static let largestPiece = ConsoleHistory.kept / 2

    /// Ends everything. What waits fails, what is buffered is written.
    func close() -> EventLoopFuture<Void> {
        guard !isClosed else { return eventLoop.makeSucceededVoidFuture() }
        isClosed = true
        timer?.task.cancel()
        timer = nil
        sender.use(nil)
        for id in listeners.keys {
            state.end(id)
            if case .expect(let waiting) = forget(id) { waiting.continuation.resume(throwing: closedFailure) }
        }
        followers = []
        for ending in endings.values { ending() }
        endings = [:]
        serveReaders()
        return transcript?.flush(isLast: true) ?? eventLoop.makeSucceededVoidFuture()
    }

    var closedFailure: Failure { Failure(.infrastructure, "the console \(name) was closed") }

    // MARK: - Actions

    func perform(_ actions: [ConsoleState.Action]) {
        for action in actions {
            switch action {
            case .found(let id, let matches): found(id, matches)
            case .failed(let id, let failure): failed(id, failure)
            case .strained(let id, let failure):
                guard case .watch(let watching) = listeners[id] else { continue }
                mark(.strained)
                watching.onFailure(failure)
            case .recall(let id, let offset): recall(id, from: offset)
            }
        }
    }

    /// Tells those who follow, and the transcript's index. Nobody's text is made when nobody follows.
    private func tell(_ spans: [LineSpan]) {
        transcript?.append(lines: spans)
        guard !followers.isEmpty else { return }
        let history = state.history
        let lines = spans.map { $0.line(in: history) }
        for follower in followers { follower.handler(lines) }
    }

    /// Sets the timer for what the state waits for. A timer that is due too early is left as it is: it finds nothing
    /// to do and is set again, which is cheaper than one new timer for each chunk.
    func rearm() {
        guard !isClosed else { return }
        let (silence, line) = (state.silenceDue, state.lineDue)
        guard let due = silence.map({ min($0, line ?? $0) }) ?? line else { return }
        if let timer, timer.due <= due { return }
        timer?.task.cancel()
        let delay = max(.zero, due.duration(since: clock.monotonic()))
        let task = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(delay.nanoseconds)) { self.timeCame() }
        timer = (due, task)
    }

    func makeToken() -> UInt64 {
        tokensMade += 1
        return tokensMade
    }

    private func timeCame() {
        timer = nil
        let now = clock.monotonic()
        perform(state.silence(now))
        if let line = state.linger(now) { tell([line]) }
        rearm()
    }

    private func found(_ id: SearchID, _ matches: [ConsoleMatch]) {
        switch listeners[id] {
        case .expect(let waiting):
            forget(id)
            if let match = matches.first { waiting.continuation.resume(returning: match) }
        case .arm(let armed):
            forget(id)
            if let match = matches.first { trigger(armed, match) }
        case .watch(let watching):
            for match in matches { watching.handler(match) }
        case nil: break
        }
    }

    private func failed(_ id: SearchID, _ failure: Failure) {
        switch forget(id) {
        case .expect(let waiting): waiting.continuation.resume(throwing: failure)
        case .arm(let armed):
            endings[armed.token] = nil
            mark(.strained)
            armed.onFailure(failure)
        case .watch(let watching):
            mark(.strained)
            watching.onFailure(failure)
        case nil: break
        }
    }

    /// Nobody is told of a search any more.
    @discardableResult
    func forget(_ id: SearchID) -> Listener? {
        deadlines.removeValue(forKey: id)?.cancel()
        return listeners.removeValue(forKey: id)
    }

    private func recall(_ id: SearchID, from offset: UInt64) {
        guard let transcript else { return perform(state.recalled(id, nil, now: clock.monotonic())) }
        // Some bytes before, for what looks behind.
        let base = offset - min(offset, UInt64(2 * PatternLimits.window))
        transcript.read(from: base, count: Int(offset - base) + 65_536).assumeIsolated().whenComplete { result in
            let piece = (try? result.get()).map { ConsoleHistory(base: base, bytes: $0) }
            self.perform(self.state.recalled(id, piece, now: self.clock.monotonic()))
            self.rearm()
        }
    }

    private func mark(_ kind: TranscriptRecord.Kind) {
        transcript?.append(
            TranscriptRecord(
                kind, offset: ConsoleOffset(rawValue: state.end), monotonic: clock.monotonic(), wall: clock.wall()))
    }
}
