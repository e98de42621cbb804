import Foundation
import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Synchronization
import Testing

@testable import LabAPI

@Suite struct BoardRouteTests {
    private let board = BoardInfo(
        name: "qemu-1", type: "qemu", tags: ["slow"], driver: "qemu", description: "On the desk", state: "Idle",
        health: "Good", power: "off")

    @Test func boardsComeInTheOrderOfTheConfiguration() async throws {
        let lab = Lab()
        lab.store.with { contents in
            contents.boards.insert(
                BoardRecord(
                    name: BoardName(rawValue: "gone"), type: DeviceTypeName(rawValue: "sim"), tags: [], state: .idle,
                    health: .retired, power: .unknown), at: 0)
        }
        try await lab.test { client in
            let list = try await client.call(BoardList.self, .get, "/api/v1/boards")
            #expect(list.boards.map(\.name) == ["qemu-1", "gone"])
            #expect(list.boards.first == board)
            #expect(try await client.call(BoardInfo.self, .get, "/api/v1/boards/qemu-1") == board)
        }
    }

    private static let fault = Diagnostic(
        .error, at: SourcePosition(file: "/boards/qemu-1.yaml", line: 3, column: 2), "wrong", suggestion: "mend it")

    @Test func aBrokenFileSetsItsBoardAside() async throws {
        var lab = Lab()
        lab.boards.standings[BoardName(rawValue: "qemu-1")] = BoardStanding(
            file: "/boards/qemu-1.yaml", definition: lab.boards.boards[0].definition, diagnostics: [Self.fault])
        lab.boardFiles = FakeBoardFiles(problems: [Self.fault])
        try await lab.test { client in
            let list = try await client.call(BoardList.self, .get, "/api/v1/boards")
            let board = try #require(list.boards.first)
            #expect(board.health == "Maintenance" && board.file == "/boards/qemu-1.yaml" && board.pending == nil)
            #expect(board.healthReason == "/boards/qemu-1.yaml:3:2: error: wrong; mend it")
            #expect(board.diagnostics == [DiagnosticInfo(Self.fault)])
            #expect(board.diagnostics?.first?.file == "/boards/qemu-1.yaml")
            #expect(list.problems == [DiagnosticInfo(Self.fault)])
        }
    }

    @Test func boardFilesAreReadAtOnce() async throws {
        var lab = Lab()
        let name = BoardName(rawValue: "qemu-1")
        lab.boards.standings[name] = BoardStanding(
            file: "/boards/qemu-1.yaml", definition: lab.boards.boards[0].definition, pending: .change)
        lab.boardFiles = FakeBoardFiles(changes: [
            BoardChange(board: BoardName(rawValue: "new"), kind: .added, file: "/boards/new.yaml"),
            BoardChange(board: BoardName(rawValue: "old"), kind: .broken, diagnostics: [Self.fault]),
        ])
        try await lab.test { client in
            let info = try await client.call(BoardReloadInfo.self, .post, "/api/v1/boards/reload")
            #expect(info.changes.map { "\($0.board) \($0.change)" } == ["new added", "old broken"])
            #expect(info.changes[1].diagnostics == [DiagnosticInfo(Self.fault)])
            #expect(info.waiting.map { "\($0.name) \($0.pending ?? "")" } == ["qemu-1 change"])
            #expect(info.problems.isEmpty)
        }
        try await Lab().test { client in
            let info = try await client.call(BoardReloadInfo.self, .post, "/api/v1/boards/reload")
            #expect(info == BoardReloadInfo(), "a lab whose boards never change")
        }
    }

    @Test func powerIsSwitched() async throws {
        let lab = Lab()
        try await lab.test { client in
            let after = try await client.call(
                BoardInfo.self, .post, "/api/v1/boards/qemu-1/power", #"{"change": "cycle"}"#)
            #expect(after.power == "on")
            _ = try await client.refusal(
                .post, "/api/v1/boards/qemu-1/power", #"{"change": "up"}"#, expecting: .badRequest)
            _ = try await client.refusal(
                .post, "/api/v1/boards/none/power", #"{"change": "on"}"#, expecting: .notFound)
        }
        #expect(lab.control.memory.withLock { $0.powered } == [.cycle])
    }

    @Test func powerIsMeasured() async throws {
        let lab = Lab()
        let target = "/api/v1/boards/qemu-1/measure-power"
        try await lab.test { client in
            let after = try await client.call(
                BoardInfo.self, .post, target, #"{"times": 5, "prompt": "= $", "run": "yes"}"#)
            #expect(after.powerPath?.delay == 0.012)
            #expect(after.powerPath?.cuts == 5)
            for body in [
                #"{"times": 1}"#, #"{"times": 201}"#, #"{"prompt": "x"}"#, #"{"run": "a\nb"}"#, #"{"cuts": 3}"#,
            ] {
                _ = try await client.refusal(.post, target, body, expecting: .badRequest)
            }
            lab.control.memory.withLock { $0.refusal = Failure(.job, "job 3 holds the board") }
            _ = try await client.refusal(.post, target, "{}", expecting: .conflict)
        }
        let wish = PowerMeasurement(times: 5, prompt: "= $", run: "yes")
        #expect(lab.control.memory.withLock { $0.measured } == [wish])
    }

    @Test func heldBoardIsAConflict() async throws {
        let lab = Lab()
        lab.control.memory.withLock { $0.refusal = Failure(.job, "job 3 holds the board") }
        try await lab.test { client in
            let power = try await client.refusal(
                .post, "/api/v1/boards/qemu-1/power", #"{"change": "on"}"#, expecting: .conflict)
            #expect(power.error.message == "job 3 holds the board")
            _ = try await client.refusal(.post, "/api/v1/boards/qemu-1/console", "ls\n", expecting: .conflict)
        }
    }

    @Test func switchThatFailsIsTroubleOfTheLab() async throws {
        let lab = Lab()
        lab.control.memory.withLock { $0.refusal = Failure(.infrastructure, "the relay does not answer") }
        try await lab.test { client in
            let refusal = try await client.refusal(
                .post, "/api/v1/boards/qemu-1/power", #"{"change": "on"}"#, expecting: .internalServerError)
            #expect(refusal.error.type == "Infrastructure")
        }
    }

    @Test func healthIsSetAndTheQueueLookedAt() async throws {
        var lab = Lab()
        lab.lends = false
        try await lab.test { client in
            let after = try await client.call(
                BoardInfo.self, .post, "/api/v1/boards/qemu-1/health",
                #"{"health": "maintenance", "reason": "new cable"}"#)
            #expect(after.health == "Maintenance" && after.healthReason == "new cable")
            _ = try await client.refusal(
                .post, "/api/v1/boards/qemu-1/health", #"{"health": "fine"}"#, expecting: .badRequest)
            let again = try await client.call(
                BoardInfo.self, .post, "/api/v1/boards/qemu-1/health", #"{"health": "good", "reason": ""}"#)
            #expect(again.health == "Good" && again.healthReason == nil)
        }
        #expect(lab.control.memory.withLock { $0.wakes } == 2)
    }

    @Test func typedTextReachesTheConsole() async throws {
        let lab = Lab()
        try await lab.test { client in
            let typed = try await client.raw(.post, "/api/v1/boards/qemu-1/console", "ls\u{3}\n")
            #expect(typed.status == .noContent)
            let long = String(repeating: "x", count: 4097)
            _ = try await client.refusal(.post, "/api/v1/boards/qemu-1/console", long, expecting: .contentTooLarge)
        }
        #expect(lab.control.memory.withLock { $0.typed } == ["ls\u{3}\n"])
    }

    @Test(
        arguments: [
            (nil, 12), (0, 0), (5, 5), (99, 12), (-5, 7), (-99, 0), (.min, 0), (.max, 12),
        ] as [(Int64?, UInt64)])
    func consoleBeginsWhereAsked(offset: Int64?, start: UInt64) {
        #expect(ConsoleRoutes.start(offset, end: 12) == start)
    }

    @Test func consolePiecesTellWhatIsMissing() {
        let chunk = ConsoleChunk(offset: ConsoleOffset(rawValue: 100), bytes: [0, 255], lost: 7)
        #expect(
            ConsoleRoutes.events(of: chunk) == [
                ServerSentEvent(id: "100", event: "lost", data: "7"),
                ServerSentEvent(id: "102", event: "bytes", data: "AP8="),
            ])
    }
}
