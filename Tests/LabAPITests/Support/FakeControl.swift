import LabModel
import Synchronization

/// A lab that does as it is told and remembers it.
final class FakeControl: LabControl {
    struct Memory {
        var wakes = 0
        var typed: [String] = []
        var powered: [PowerChange] = []
        var measured: [PowerMeasurement] = []
        var canceled: [(job: JobID, user: String, reason: String?)] = []
        var refusal: Failure?
        var waiting: String?
    }

    let memory = Mutex(Memory())
    let store: FakeStore

    init(store: FakeStore) {
        self.store = store
    }

    private func check() throws(Failure) {
        if let refusal = memory.withLock({ $0.refusal }) { throw refusal }
    }

    func jobWasSubmitted() async { memory.withLock { $0.wakes += 1 } }

    func cancel(_ job: JobID, by user: String, reason: String?) async throws(Failure) -> JobState? {
        memory.withLock { $0.canceled.append((job, user, reason)) }
        return try await store.cancel(job, by: user, reason: reason)
    }

    func measurePower(
        _ board: BoardName, _ request: PowerMeasurement, by caller: Caller
    ) async throws(Failure) -> PowerPath {
        try check()
        memory.withLock { $0.measured.append(request) }
        let path = PowerPath(delay: .milliseconds(12), jitter: .milliseconds(1), cuts: request.times)
        store.with { contents in
            for index in contents.boards.indices where contents.boards[index].name == board {
                contents.boards[index].powerPath = path
            }
        }
        return path
    }

    func power(_ board: BoardName, _ change: PowerChange, by caller: Caller) async throws(Failure) -> PowerState {
        try check()
        memory.withLock { $0.powered.append(change) }
        store.with { contents in
            guard let index = contents.boards.firstIndex(where: { $0.name == board }) else { return }
            contents.boards[index].power = change == .off ? .off : .on
        }
        return change == .off ? .off : .on
    }

    func type(_ text: String, at board: BoardName, by caller: Caller) async throws(Failure) {
        try check()
        memory.withLock { $0.typed.append(text) }
    }

    func waitingReason(_ job: JobID) async throws(Failure) -> String? { memory.withLock { $0.waiting } }
}
