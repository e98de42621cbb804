import Testing

@testable import lablctl

@Suite struct HistoryCommandTests {
    private func command<Command>(_ arguments: String..., as type: Command.Type) throws -> Command {
        try #require(try Lablctl.command(for: arguments) as? Command)
    }

    @Test func historyAsksForOneCase() throws {
        let plain = try command("history", "boot time", as: HistoryCommand.self)
        #expect(plain.target == "/api/v1/history/cases?name=boot%20time&limit=50")
        let narrow = try command(
            "history", "net", "--suite", "smoke", "--type", "rpi4", "--board", "pi-1", "--job", "nightly", "--last",
            "7",
            as: HistoryCommand.self)
        #expect(
            narrow.target
                == "/api/v1/history/cases?name=net&suite=smoke&type=rpi4&job=nightly&board=pi-1&limit=7")
    }

    @Test func changesAreAskedForByTime() throws {
        #expect(try command("flaky", as: FlakyCommand.self).target == "/api/v1/history/flaky?within=604800&limit=50")
        let regressions = try command(
            "regressions", "--since", "12h", "--suite", "smoke", "--limit", "5", as: RegressionsCommand.self)
        #expect(regressions.target == "/api/v1/history/regressions?within=43200&limit=5&suite=smoke")
    }

    @Test(arguments: [("30m", 1800), ("12h", 43_200), ("7d", 604_800), ("4w", 2_419_200)])
    func timesHaveAUnit(text: String, seconds: Int) {
        #expect(SinceOption.seconds(text) == seconds)
    }

    @Test(arguments: ["", "7", "d", "-1d", "0d", "7y", "99999999999999999999w", "3651d", "yesterday"])
    func otherTimesAreRefused(text: String) {
        #expect(SinceOption.seconds(text) == nil)
        #expect(throws: (any Error).self) { try Lablctl.command(for: ["flaky", "--since=\(text)"]) }
    }

    @Test func jobsAndBoardsHaveAPast() throws {
        #expect(try command("job", "explain", "42", as: ExplainCommand.self).job.reference == JobReference(number: 42))
        #expect(try command("job", "42", as: ShowJobCommand.self).job.reference == JobReference(number: 42))
        let board = try command("board", "history", "pi-1", "--last", "3", as: BoardHistoryCommand.self)
        #expect(board.name == "pi-1" && board.last == 3)
    }

    @Test(arguments: [
        ["history"], ["history", ""], ["history", "x", "--last", "0"], ["board", "history", "b", "--last", "1001"],
        ["job", "explain"], ["job", "explain", "0"], ["regressions", "--limit", "0"],
    ])
    func wrongLinesAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try Lablctl.command(for: arguments) }
    }
}
