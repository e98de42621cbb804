import LabModel
import Synchronization

/// A lab with one recording of two writes, by job 1.
final class FakeWorkbench: PowerCutWorkbench {
    struct Memory {
        var typed: [String] = []
        var started = 0
        var ended = 0
        var check: [Double] = []
        var startFailure: CrashStateError?
        var isForgotten = false
    }

    let memory = Mutex(Memory())
    let content = [UInt8](repeating: 7, count: (1 << 20) + 512)

    private func check(_ state: String, of subject: PowerCutSubject) throws(CrashStateError) {
        guard subject.job.rawValue == 1, subject.block ?? 0 == 0 else {
            throw CrashStateError(.missing, Failure(.job, "job \(subject.job) has no recording"))
        }
        switch state {
        case "w0", "w1", "w2": return
        case "w9": throw CrashStateError(.missing, Failure(.job, "too late", advice: "w0 to w2"))
        case "full": throw CrashStateError(.busy, Failure(.infrastructure, "no board is left"))
        case "broken": throw CrashStateError(.damaged, Failure(.job, "the trace was altered"))
        default: throw CrashStateError(.malformed, Failure(.job, "no state"))
        }
    }

    func recording(of subject: PowerCutSubject) async throws -> RecordingFacts {
        try check("w0", of: subject)
        return RecordingFacts(
            block: 0, writes: 2, flushes: 1, bytes: 1024, diskSize: 4096,
            phases: [.init(name: "copy", firstWrite: 1, lastWrite: 2, bytes: 1024)], writesBeforeSuccess: nil,
            duration: .seconds(2), recordedAt: WallTime(nanoseconds: 0), trace: "aa", base: "bb", machine: ["kit": "k"])
    }

    func boot(
        _ state: String, of subject: PowerCutSubject
    ) async throws -> @Sendable () async throws -> CrashBoot {
        try check(state, of: subject)
        return {
            if state == "w2" { throw CrashStateError(.failed, Failure(.infrastructure, "no emulator")) }
            return CrashBoot(
                state: state, verdict: "old", isAllowed: true, phase: "copy", isAfterSuccess: false,
                facts: TrialFacts(end: .alive, version: "v1", isWhole: true))
        }
    }

    func twin(_ state: String, of subject: PowerCutSubject) async throws -> any TwinSession {
        try check(state, of: subject)
        return FakeTwin(workbench: self, state: state)
    }

    func type(_ text: String, at twin: String) async throws {
        guard twin == "virt-1-twin101" else { throw CrashStateError(.missing, Failure(.job, "no such twin")) }
        memory.withLock { $0.typed.append(text) }
    }

    func image(of state: String, of subject: PowerCutSubject) async throws -> any ReadableFile {
        try check(state, of: subject)
        return FakeFile(bytes: content)
    }

    func trace(of subject: PowerCutSubject) async throws -> any ReadableFile {
        try check("w0", of: subject)
        return FakeFile(bytes: [1, 2, 3])
    }

    func verify(
        _ subject: PowerCutSubject, share: Double, seed: UInt64?, twins: Int?
    ) async throws -> @Sendable (@escaping @Sendable (CampaignCheck) async -> Void) async throws -> CampaignCheck {
        try check("w0", of: subject)
        memory.withLock { $0.check = [share, Double(seed ?? 0), Double(twins ?? 0)] }
        return { progress in
            var check = CampaignCheck(candidates: 9, chosen: 2, seed: seed ?? 4)
            check.rebooted = 1
            await progress(check)
            check.rebooted = 2
            return check
        }
    }
}

/// A board that prints a line and stops.
final class FakeTwin: TwinSession {
    let workbench: FakeWorkbench
    let name = "virt-1-twin101"
    let state: String
    let notes = ["kit was a, is b"]
    private let (told, tell) = AsyncStream<Void>.makeStream()
    private let hasPrinted = Mutex(false)

    init(workbench: FakeWorkbench, state: String) {
        self.workbench = workbench
        self.state = state
    }

    func start() async throws {
        workbench.memory.withLock { $0.started += 1 }
        if let failure = workbench.memory.withLock({ $0.startFailure }) { throw failure }
    }

    func output() async -> AsyncStream<ConsoleChunk> {
        AsyncStream(unfolding: { [self] in
            let isSecond = hasPrinted.withLock { printed in
                defer { printed = true }
                return printed
            }
            guard isSecond else { return ConsoleChunk(offset: .start, bytes: Array("hi".utf8)) }
            tell.finish()
            return nil
        })
    }

    // Not before what was printed is told.
    func powerLoss() async -> String? {
        for await _ in told {}
        return "its emulator has ended"
    }

    var isForgotten: Bool { get async { workbench.memory.withLock { $0.isForgotten } } }

    func end() async { workbench.memory.withLock { $0.ended += 1 } }
}

struct FakeFile: ReadableFile {
    let bytes: [UInt8]
    var size: Int64 { Int64(bytes.count) }

    func digest() throws(Failure) -> [UInt8] { [UInt8](repeating: 0, count: 32) }

    func read(at offset: Int64, length: Int) throws(Failure) -> [UInt8] {
        Array(bytes.dropFirst(Int(offset)).prefix(length))
    }
}
