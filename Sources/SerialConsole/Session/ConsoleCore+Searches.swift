import LabModel
import NIOCore

// Waiting, arming, watching and following.
extension ConsoleCore {
    func expect(
        _ database: PatternDatabase, from start: ConsoleOffset, until deadline: MonotonicTime, key: WaitKey,
        continuation: CheckedContinuation<ConsoleMatch, any Error>
    ) {
        guard !isClosed else { return continuation.resume(throwing: closedFailure) }
        guard !key.isCancelled else { return continuation.resume(throwing: CancellationError()) }
        do throws(Failure) {
            let matcher = try PatternMatcher(database, from: start.rawValue, mode: .first, scratch: scratch)
            let waiting = Expectation(key: key, patterns: database.patterns, continuation: continuation)
            let (id, actions) = state.begin(matcher, now: clock.monotonic())
            listeners[id] = .expect(waiting)
            perform(actions)
            awaitDeadline(id, deadline)
            rearm()
        } catch {
            continuation.resume(throwing: error)
        }
    }

    func cancel(_ key: WaitKey) {
        for (id, listener) in listeners {
            if case .expect(let waiting) = listener, waiting.key == key {
                forget(id)
                state.end(id)
                waiting.continuation.resume(throwing: CancellationError())
            }
        }
    }

    /// Arms `trigger`; returns the token that ends it.
    func arm(
        _ database: PatternDatabase?, from start: ConsoleOffset, delay: Duration,
        onFailure: @escaping @Sendable (Failure) -> Void = { _ in },
        action: @escaping @Sendable (TriggerFiring) -> Void
    ) throws(Failure) -> UInt64 {
        guard !isClosed else { throw closedFailure }
        let armed = Armed(token: makeToken(), delay: delay, action: action, onFailure: onFailure)
        guard let database else {
            schedule(armed, match: nil, due: clock.monotonic().advanced(by: delay))
            return armed.token
        }
        let matcher = try PatternMatcher(database, from: start.rawValue, mode: .immediate, scratch: scratch)
        stand(armed.token, .arm(armed), matcher, urgent: true)
        return armed.token
    }

    /// The condition is met: calls the action here and now, or after its delay.
    func trigger(_ armed: Armed, _ match: ConsoleMatch) {
        let due = match.at.advanced(by: armed.delay)
        if armed.delay <= .zero || due <= clock.monotonic() {
            endings[armed.token] = nil
            armed.action(TriggerFiring(match: match, due: due))
        } else {
            schedule(armed, match: match, due: due)
        }
    }

    func watch(
        _ database: PatternDatabase, onFailure: @escaping @Sendable (Failure) -> Void = { _ in },
        handler: @escaping @Sendable (ConsoleMatch) -> Void
    ) throws(Failure) -> UInt64 {
        guard !isClosed else { throw closedFailure }
        let token = makeToken()
        let matcher = try PatternMatcher(database, from: state.end, mode: .every, scratch: scratch)
        stand(token, .watch(Watching(handler: handler, onFailure: onFailure)), matcher, urgent: false)
        return token
    }

    func follow(_ handler: @escaping @Sendable ([ConsoleLine]) -> Void) -> UInt64 {
        let token = makeToken()
        followers.append((token, handler))
        endings[token] = { [unowned self] in followers.removeAll { $0.token == token } }
        return token
    }

    func disarm(_ token: UInt64) {
        endings.removeValue(forKey: token)?()
    }

    private func stand(_ token: UInt64, _ listener: Listener, _ matcher: PatternMatcher, urgent: Bool) {
        let (id, actions) = state.begin(matcher, urgent: urgent, now: clock.monotonic())
        listeners[id] = listener
        endings[token] = { [unowned self] in
            forget(id)
            state.end(id)
        }
        perform(actions)
        rearm()
    }

    private func schedule(_ armed: Armed, match: ConsoleMatch?, due: MonotonicTime) {
        let delay = max(.zero, due.duration(since: clock.monotonic()))
        let task = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(delay.nanoseconds)) {
            guard self.endings.removeValue(forKey: armed.token) != nil else { return }
            armed.action(TriggerFiring(match: match, due: due))
        }
        endings[armed.token] = { task.cancel() }
    }

    private func awaitDeadline(_ id: SearchID, _ deadline: MonotonicTime) {
        guard case .expect(let waiting) = listeners[id] else { return }
        let left = deadline.duration(since: clock.monotonic())
        guard left > .zero else {
            forget(id)
            state.end(id)
            return waiting.continuation.resume(
                throwing: ConsoleTimeout(patterns: waiting.patterns, lastLine: state.lastLine))
        }
        // Far deadlines are looked at again now and then, so that no length overflows the loop's time.
        let delay = min(left, .seconds(3600))
        deadlines[id] = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(delay.nanoseconds)) {
            self.awaitDeadline(id, deadline)
        }
    }
}
