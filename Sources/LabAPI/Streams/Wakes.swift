import LabModel
import ServiceLifecycle

/// Why a waiting stream goes on.
enum Wake<Signal: Sendable>: Sendable {
    case signal(Signal)
    /// Some time went by.
    case tick
    /// The daemon stops.
    case shutdown
}

/// Merges what a stream waits for into one sequence. Each source is asked for its next element only after its last
/// one was taken, so nothing piles up behind a slow reader and the sources' own rules for slow readers apply.
struct Wakes<Signal: Sendable> {
    private typealias Item = (source: Int, wake: Wake<Signal>)

    private var items: AsyncStream<Item>.AsyncIterator
    private let taken: [AsyncStream<Void>.Continuation]
    private var last: Int?

    /// The next reason to go on; nil when the client is gone.
    mutating func next() async -> Wake<Signal>? {
        if let last { taken[last].yield() }
        guard let item = await items.next() else { return nil }
        last = item.source
        return item.wake
    }

    /// Runs `body` over the merged sequence, and ends all that feeds it when `body` returns.
    static func run(
        _ sources: [AsyncStream<Signal>], tickEvery interval: Duration, clock: any LabClock,
        _ body: (inout Wakes) async throws -> Void
    ) async throws {
        let (items, output) = AsyncStream<Item>.makeStream()
        let acknowledgements = (0...sources.count).map { _ in AsyncStream<Void>.makeStream() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, source) in sources.enumerated() {
                let taken = acknowledgements[index].stream
                group.addTask {
                    var iterator = taken.makeAsyncIterator()
                    for await signal in source {
                        output.yield((index, .signal(signal)))
                        guard await iterator.next() != nil else { return }
                    }
                }
            }
            let taken = acknowledgements[sources.count].stream
            group.addTask {
                var iterator = taken.makeAsyncIterator()
                repeat {
                    try await clock.sleep(for: interval)
                    output.yield((sources.count, .tick))
                } while await iterator.next() != nil
            }
            group.addTask {
                // Throws when the stream ends first.
                try await gracefulShutdown()
                output.yield((sources.count, .shutdown))
            }
            defer { group.cancelAll() }
            var wakes = Wakes(
                items: items.makeAsyncIterator(), taken: acknowledgements.map(\.continuation), last: nil)
            try await body(&wakes)
        }
    }
}
