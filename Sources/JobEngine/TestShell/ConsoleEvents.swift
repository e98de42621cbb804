import LabModel

/// What happens while a step reads a console.
enum ConsoleEvent: Sendable {
    case chunk(ConsoleChunk)
    /// Time went by: about 50 ms.
    case tick
}

private enum Arrival: Sendable {
    case event(ConsoleEvent)
    case deadline
    case lostPower(String)
}

/// Hands the output from `start` on, and the time, to `take` until it says that it has enough. Results that have
/// waited long enough are stored meanwhile.
///
/// - Throws: `ConsoleTimeout` at `deadline`, `infrastructure` when the board loses its power.
func withConsoleEvents(
    of run: RunContext, from start: ConsoleOffset, until deadline: MonotonicTime,
    _ take: (ConsoleEvent) async throws -> Bool
) async throws {
    let (console, clock) = (run.board.console, run.clock)
    // What does not fit is dropped, which costs no result: lost signals are sent again.
    let (arrivals, feed) = AsyncStream.makeStream(of: Arrival.self, bufferingPolicy: .bufferingNewest(512))
    try await withThrowingTaskGroup(of: Void.self) { group in
        defer { group.cancelAll() }
        group.addTask { for await chunk in await console.bytes(from: start) { feed.yield(.event(.chunk(chunk))) } }
        group.addTask {
            while true {
                try await clock.sleep(for: ResultBuffer.patience)
                feed.yield(.event(.tick))
            }
        }
        group.addTask {
            try await clock.sleep(until: deadline)
            feed.yield(.deadline)
        }
        if run.hasPower {
            let power = run.board.power
            group.addTask {
                let reason = try await power.powerLoss()
                try await clock.sleep(for: RunContext.lastWords)
                feed.yield(.lostPower(reason))
            }
        }
        for await arrival in arrivals {
            if case .lostPower(let reason) = arrival { throw Failure(lostPower: run.board.name, reason) }
            // A board that never stops talking can push the deadline itself out of the buffer.
            guard case .event(let event) = arrival, clock.monotonic() < deadline else {
                throw ConsoleTimeout(patterns: [], lastLine: await console.lastLines(1).first?.text)
            }
            if case .tick = event {
                try await run.storeDueResults()
                try run.checkFatalFindings()
            }
            if try await take(event) { return }
        }
        throw CancellationError()
    }
}
