import LabModel
import Testing

@testable import VirtualBoards

/// Boards whose power goes away as hardware's does, and updates that a cut can break.
@Suite(.timeLimit(.minutes(5))) struct RelayTests {
    private func withBoard(_ options: DataValue, _ body: (any ClosableBoard) async throws -> Void) async throws {
        try await withServices { services, folder in
            let board = try await BoardFactory(services: services).make(
                BoardDefinition(
                    name: BoardName(rawValue: "sim"), type: DeviceTypeName(rawValue: "sim"), driver: "sim",
                    options: options))
            do {
                let profile = DeviceProfile(type: board.definition.type)
                try await board.prepare(
                    BoardPreparation(job: JobID(rawValue: 1), profile: profile, workspace: folder))
                try await body(board)
            } catch {
                await board.close()
                throw error
            }
            await board.close()
        }
    }

    @Test func aBoardRunsOnWhileItsSupplyHoldsUp() async throws {
        let options: DataValue = [
            "boot": ["up"], "prompt": "$ ", "relay": ["latency": 0.5, "hold_up": 2.5],
            "replies": [["command": "work", "steps": [["after": 0.02, "print": "still here"]], "after": 0]],
        ]
        try await withBoard(options) { board in
            try await board.power.set(.on)
            let prompt = try await board.console.find("\\$ ")
            let cut = try await board.power.prepareCut()
            let commanded = cut.fire()
            try await board.console.send("work\n", pacing: .zero)
            try await board.console.find("still here", from: prompt.end)
            try await cut.confirm()
            #expect(await board.power.observed() == .off)
            let now = SystemLabClock().monotonic()
            #expect(now.duration(since: commanded) >= .seconds(3))
        }
    }

    @Test func aRelayThatSticksIsToldOnlyByOneThatReadsBack() async throws {
        try await withBoard(["boot": ["up"], "relay": ["sticks": [1]]]) { board in
            try await board.power.set(.on)
            let cut = try await board.power.prepareCut()
            _ = cut.fire()
            let failure = await #expect(throws: Failure.self) { try await cut.confirm() }
            #expect(failure?.type == .infrastructure)
            #expect(await board.power.observed() == .on)
        }
        try await withBoard(["boot": ["up"], "relay": ["sticks": [1], "readback": false]]) { board in
            try await board.power.set(.on)
            let cut = try await board.power.prepareCut()
            _ = cut.fire()
            try await cut.confirm()
            #expect(await board.power.observed() == .unknown)
            // The next one works.
            try await board.console.find("/ # ")
            let second = try await board.power.prepareCut()
            _ = second.fire()
            try await second.confirm()
            let end = await board.console.end()
            try await board.power.set(.on)
            try await board.console.find("up", from: end)
        }
    }

    @Test func theScatterIsThatOfItsSeed() {
        func delays(_ seed: UInt64) -> [Duration] {
            let relay = ModelledRelay(.init(latency: .milliseconds(20), jitter: .milliseconds(3), seed: seed))
            return (0..<200).compactMap { _ in relay.nextCut() }
        }
        #expect(delays(1) == delays(1))
        #expect(delays(1) != delays(2))
        let path = PowerPath(samples: delays(3), at: WallTime(nanoseconds: 0))
        #expect(abs((path?.delay.inSeconds ?? 0) - 0.020) < 0.001)
        #expect(abs((path?.jitter.inSeconds ?? 0) - 0.003) < 0.0007)
    }

    static let wrong: [(DataValue, String)] = [
        (["latency": -1], "'latency'"), (["lag": 1], "unknown key 'lag'"), (["sticks": 3], "'sticks'"),
        (["readback": "maybe"], "'readback'"), (["hold_up": 31], "'hold_up'"), ("fast", "is not a map"),
    ]

    @Test(arguments: wrong) func wrongOptionsAreNamed(_ relay: DataValue, _ what: String) {
        let failure = #expect(throws: Failure.self) {
            try ModelledRelay.Settings(relay, board: BoardName(rawValue: "b"))
        }
        #expect(failure?.type == .configuration)
        #expect(failure?.message.contains(what) == true)
    }

    /// An update that breaks the board when it is cut at the wrong moment.
    static let updating: DataValue = [
        "boot": [
            "U-Boot 2023.01", "Starting kernel", ["print": "UP version=v1", "disk": "old"],
            ["print": "UP version=v2", "disk": ["new"]],
        ], "prompt": "$ ",
        "replies": [
            [
                "command": "update",
                "steps": [
                    ["print": "LABD-PHASE copy", "after": 0.01], ["after": 0.01, "leaves": "broken"],
                    // Long enough for a cut on a busy host to come before the end.
                    ["print": "half", "after": 0.01], ["after": 1.5, "leaves": "new"],
                ],
            ],
            ["command": "check", "disk": "new", "status": 1], ["command": "check"],
        ], "faults": [["kind": "hang", "at": "Starting kernel", "disk": ["broken"]]],
    ]

    @Test func theDiskOutlivesACutAndAJobFindsAFreshOne() async throws {
        try await withBoard(Self.updating) { board in
            try await board.power.set(.on)
            let first = try await board.console.find("UP version=v1\\r?\\n\\$ ")
            let cut = try await board.power.prepareCut()
            let watch = try await board.console.arm(
                ConsoleTrigger(pattern: ConsolePattern("^half")), from: first.end
            ) { _ in _ = cut.fire() }
            try await board.console.send("update\n", pacing: .zero)
            let half = try await board.console.find("^half", from: first.end)
            try await cut.confirm()
            await watch.disarm()
            try await board.power.set(.on)
            let dead = try await board.console.find("Starting kernel", from: half.end)
            await #expect(throws: ConsoleTimeout.self) {
                try await board.console.find("UP", from: dead.end, within: .milliseconds(200))
            }
            try await board.prepare(
                BoardPreparation(
                    job: JobID(rawValue: 2), profile: DeviceProfile(type: board.definition.type), workspace: "/tmp"))
            let end = await board.console.end()
            try await board.power.set(.on)
            let again = try await board.console.find("UP version=v1\\r?\\n\\$ ", from: end)
            try await board.console.send("update\n", pacing: .zero)
            let updated = try await board.console.find("half\\r?\\n\\$ ", from: again.end)
            try await board.console.send("check || echo other\n", pacing: .zero)
            let done = try await board.console.find("\\nother\\r?\\n\\$ ", from: updated.end)
            try await board.power.set(.off)
            try await board.power.set(.on)
            try await board.console.find("UP version=v2", from: done.end)
        }
    }
}
