import LabModel
import Synchronization

/// A lab of boards that only have a console.
struct FakeBoards: BoardRegistry {
    var boards: [FakeBoard] = []
    var standings: [BoardName: BoardStanding] = [:]

    func standing(_ name: BoardName) -> BoardStanding {
        standings[name] ?? BoardStanding(definition: board(name)?.definition)
    }

    var names: [BoardName] { boards.map(\.name) }
    func board(_ name: BoardName) -> (any Board)? { boards.first { $0.name == name } }
}

/// Board files that change as the test says.
struct FakeBoardFiles: BoardReloading {
    var changes: [BoardChange] = []
    var problems: [Diagnostic] = []
    var folder: String? = nil

    func reload() async throws(Failure) -> [BoardChange] { changes }
}

struct FakeBoard: Board {
    var definition: BoardDefinition
    var console: any Console
    var power: any PowerControl = NoPower()
    var bootMedium: (any BootMedium)? { nil }
    var name: BoardName { definition.name }

    func prepare(_ preparation: BoardPreparation) async throws(Failure) {}
    func rest() async throws(Failure) {}
}

struct NoPower: PowerControl {
    var ownerDeath: OwnerDeath { .unknown }
    func set(_ target: PowerTarget) async throws(Failure) {}
    func observed() async -> PowerState { .unknown }
    func prepareCut() async throws(Failure) -> any PreparedCut { throw Failure(.bug, "no cuts here") }
}

/// A console whose output the test writes, and whose stream ends when the test says so.
final class FakeConsole: Console {
    let name = "uart0"
    let output: [UInt8]
    let asked = Mutex<[UInt64]>([])
    let chunks: [ConsoleChunk]

    init(output: String, chunks: [ConsoleChunk] = []) {
        self.output = Array(output.utf8)
        self.chunks = chunks
    }

    func end() async -> ConsoleOffset { ConsoleOffset(rawValue: UInt64(output.count)) }

    func bytes(from start: ConsoleOffset) async -> AsyncStream<ConsoleChunk> {
        asked.withLock { $0.append(start.rawValue) }
        let (stream, continuation) = AsyncStream<ConsoleChunk>.makeStream()
        let past = Array(output.dropFirst(Int(start.rawValue)))
        if !past.isEmpty { continuation.yield(ConsoleChunk(offset: start, bytes: past)) }
        for chunk in chunks { continuation.yield(chunk) }
        return stream
    }

    func expect(
        _ patterns: [ConsolePattern], from start: ConsoleOffset, until deadline: MonotonicTime
    ) async throws -> ConsoleMatch { throw ConsoleTimeout(patterns: patterns, lastLine: nil) }
    func send(_ text: String, pacing: Duration) async throws {}
    func arm(
        _ trigger: ConsoleTrigger, from start: ConsoleOffset, action: @escaping @Sendable (TriggerFiring) -> Void
    ) async throws -> any ConsoleArmament { NoArmament() }
    func watch(
        _ patterns: [ConsolePattern], handler: @escaping @Sendable (ConsoleMatch) -> Void
    ) async throws -> any ConsoleArmament { NoArmament() }
    func follow(_ handler: @escaping @Sendable ([ConsoleLine]) -> Void) async -> any ConsoleArmament { NoArmament() }
    func lastLines(_ count: Int) async -> [ConsoleLine] { [] }
    func lastActivity() async -> MonotonicTime? { nil }
}

struct NoArmament: ConsoleArmament {
    func disarm() async {}
}
