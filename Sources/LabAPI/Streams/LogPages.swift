import Hummingbird
import LabModel
import LabWire
import Synchronization

/// Parts of logs as events, read and written out once for all readers who are at the same place. Most who follow a
/// log are at its end.
final class LogPages: Sendable {
    /// A part of a log, ready to be sent. A log only grows, so what was read once stays true.
    struct Page: Sendable {
        var bytes: ByteBuffer
        /// Where the next part begins.
        var next: Int64

        var isEmpty: Bool { bytes.readableBytes == 0 }
    }

    private struct Place: Hashable {
        var job: JobID
        var offset: Int64
    }

    /// Nil tells a reader that it is the one who reads.
    private typealias Reader = CheckedContinuation<Result<Page, Failure>?, Never>

    private struct State {
        var pages: [Place: Page] = [:]
        /// Oldest first.
        var order: [Place] = []
        var waiting: [Place: [Reader]] = [:]

        mutating func keep(_ page: Page, at place: Place) {
            guard !page.isEmpty, page.bytes.readableBytes <= largestKept else { return }
            pages[place] = page
            order.append(place)
            if order.count > mostKept { pages[order.removeFirst()] = nil }
        }
    }

    private static let limit = 256 << 10
    /// Larger pages are history, which few read at the same time.
    private static let largestKept = 64 << 10
    private static let mostKept = 16

    private let logs: any JobLogStore
    private let state = Mutex(State())

    init(logs: any JobLogStore) {
        self.logs = logs
    }

    /// What the log of `job` has from `offset` on, up to a limit; an empty page at its end, and for a job without a log.
    func page(of job: JobID, from offset: Int64) async throws(Failure) -> Page {
        let place = Place(job: job, offset: offset)
        let told: Result<Page, Failure>? = await withCheckedContinuation { reader in
            let answer: Result<Page, Failure>?? = state.withLock { state in
                if let page = state.pages[place] { return .success(page) }
                guard state.waiting[place] == nil else {
                    state.waiting[place]?.append(reader)
                    return nil
                }
                state.waiting[place] = []
                return .some(nil)
            }
            if let answer { reader.resume(returning: answer) }
        }
        if let told { return try told.get() }
        let result = await read(place)
        let waiting = state.withLock { state in
            if case .success(let page) = result { state.keep(page, at: place) }
            return state.waiting.removeValue(forKey: place) ?? []
        }
        for reader in waiting { reader.resume(returning: result) }
        return try result.get()
    }

    private func read(_ place: Place) async -> Result<Page, Failure> {
        do throws(Failure) {
            let page = try await logs.read(place.job, from: place.offset, limit: Self.limit)
            var cursor = LogCursor(offset: place.offset)
            let text = cursor.events(of: page).map(\.text).joined()
            return .success(Page(bytes: ByteBuffer(string: text), next: cursor.offset))
        } catch {
            // A job that never ran has no log: that is an empty one.
            guard error.type == .job else { return .failure(error) }
            return .success(Page(bytes: ByteBuffer(), next: place.offset))
        }
    }
}
