import LabModel
import Testing

@testable import VirtualBoards

@Suite(.timeLimit(.minutes(5))) struct SimBoardTests {
    private func withBoard(
        _ options: DataValue, _ body: (any ClosableBoard, VirtualBoardServices, String) async throws -> Void
    ) async throws {
        try await withServices { services, folder in
            let board = try await BoardFactory(services: services).make(
                BoardDefinition(
                    name: BoardName(rawValue: "sim"), type: DeviceTypeName(rawValue: "sim"), driver: "sim",
                    options: options))
            do {
                let profile = DeviceProfile(type: board.definition.type)
                try await board.prepare(
                    BoardPreparation(job: JobID(rawValue: 1), profile: profile, workspace: folder))
                try await body(board, services, folder)
            } catch {
                await board.close()
                throw error
            }
            await board.close()
        }
    }

    @Test func bootsAndAnswersOnARealTerminal() async throws {
        try await withBoard(["boot": ["Linux version 6"], "prompt": "sim$ "]) { board, _, _ in
            #expect(await board.power.observed() == .off)
            try await board.power.set(.on)
            #expect(await board.power.observed() == .on)
            let prompt = try await board.console.find("sim\\$ ")
            try await board.console.send("echo $((1)) done\n", pacing: .zero)
            try await board.console.find("^\\S* ?done\\r?$", from: prompt.end)
        }
    }

    @Test func aCutSilencesTheBoardAndASecondBootFollows() async throws {
        let options: DataValue = [
            "boot": ["up"], "prompt": "sim$ ", "replies": [["command": "update", "print": "copy 50%"]],
        ]
        try await withBoard(options) { board, _, _ in
            try await board.power.set(.on)
            let prompt = try await board.console.find("sim\\$ ")
            let cut = try await board.power.prepareCut()
            let watch = try await board.console.arm(
                ConsoleTrigger(pattern: ConsolePattern("^copy 50%")), from: prompt.end
            ) { _ in _ = cut.fire() }
            try await board.console.send("update\n", pacing: .zero)
            let seen = try await board.console.find("^copy 50%", from: prompt.end)
            try await cut.confirm()
            await watch.disarm()
            #expect(await board.power.observed() == .off)
            try await board.power.set(.on)
            try await board.console.find("up\\r?\\nsim\\$ ", from: seen.end)
        }
    }

    @Test func aFloodGoesOnAndEndsWithThePower() async throws {
        let options: DataValue = ["boot": ["up"], "prompt": "sim$ ", "faults": [["kind": "babble", "at": "up"]]]
        try await withBoard(options) { board, _, _ in
            try await board.power.set(.on)
            // Far more than one piece, and the prompt beside it.
            try await board.console.find("\\[5000\\] usb")
            try await board.power.set(.off)
            let end = await board.console.end()
            try await board.power.set(.on)
            try await board.console.find("^up\\r?\\n\\[1\\] usb", from: end)
        }
    }

    @Test func aBoardThatGoesOffByItselfSaysSo() async throws {
        try await withBoard(["boot": ["up"], "prompt": "sim$ "]) { board, _, _ in
            for _ in 0..<2 {
                let start = await board.console.end()
                try await board.power.set(.on)
                async let loss = board.power.powerLoss()
                try await board.console.find("sim\\$ ", from: start)
                try await board.console.send("poweroff\n", pacing: .zero)
                #expect(try await loss == "it went off by itself")
                #expect(await board.power.observed() == .off)
            }
        }
    }

    @Test func aSlowLineStillBringsEverything() async throws {
        try await withBoard(["boot": ["0123456789"], "prompt": "sim$ ", "baud": 9600]) { board, _, _ in
            try await board.power.set(.on)
            try await board.console.find("^0123456789\\r?\\nsim\\$ ")
        }
    }

    @Test func theHostsShellRunsAndLeavesNothing() async throws {
        try await withBoard(["boot": [], "shell": "host"]) { board, services, folder in
            try await board.power.set(.on)
            let prompt = try await board.console.find("/ # ")
            try await board.console.send("nohup sleep 611 >/dev/null 2>&1 & echo $HOME-$((40+2))\n", pacing: .zero)
            try await board.console.find("\(folder)-42", from: prompt.end)
            let mine = LeftoverSweep(
                owner: OwnerTag(lab: services.owner.lab, epoch: Epoch(rawValue: services.owner.epoch.rawValue + 1)),
                clock: services.clock)
            // The shell, and what it left in the background. Seen once: a program shows no environment while it is being
            // started, and the one in the background starts another in its place.
            var most = 0
            let deadline = services.clock.monotonic().advanced(by: .seconds(20))
            while most < 2, services.clock.monotonic() < deadline {
                most = max(most, mine.leftovers().count)
                try await services.clock.sleep(for: .milliseconds(1))
            }
            #expect(most >= 2)
            try await board.power.set(.off)
            #expect(mine.leftovers().isEmpty)
            #expect(await board.power.observed() == .off)
        }
    }

    @Test func anUnknownDriverIsTheConfigurationsFault() async throws {
        try await withServices { services, _ in
            let definition = BoardDefinition(
                name: BoardName(rawValue: "x"), type: DeviceTypeName(rawValue: "x"), driver: "telepathy")
            let failure = await #expect(throws: Failure.self) {
                _ = try await BoardFactory(services: services).make(definition)
            }
            #expect(failure?.type == .configuration)
        }
    }
}
