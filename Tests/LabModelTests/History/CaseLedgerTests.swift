import LabModel
import Testing

@Suite struct CaseLedgerTests {
    private let stream = CaseLedger.Stream(test: 1, place: 0)

    /// A ledger with these outcomes, `p` and `f`, by build in the order of the list.
    private func ledger(_ builds: [String], boards: [Int32] = [0]) -> CaseLedger {
        var ledger = CaseLedger()
        var number: Int64 = 0
        for (build, outcomes) in builds.enumerated() {
            for outcome in outcomes {
                number += 1
                ledger.add(
                    stream, run: Int32(number), build: Int64(build) + 1, board: boards[Int(number) % boards.count],
                    didPass: outcome == "p", result: number)
            }
        }
        return ledger
    }

    @Test func aCaseIsFlakyOnlyWithinOneBuild() {
        #expect(ledger(["pppp", "ffff", "pp"]).flaky().isEmpty)
        let flaky = ledger(["pppp", "pfpp"]).flaky()
        #expect(flaky.count == 1)
        #expect(flaky.first?.flips == 2 && flaky.first?.repeats == 6 && flaky.first?.build == 2)
        #expect(flaky.first?.passes == 7 && flaky.first?.failures == 1)
        #expect(flaky.first?.lastFlip == 7)
    }

    @Test func flipsAreFoundWhenBuildsTakeTurns() {
        var ledger = CaseLedger()
        for (number, (build, didPass)) in [(1, true), (2, false), (1, true), (2, false), (1, false)].enumerated() {
            ledger.add(
                stream, run: Int32(number), build: Int64(build), board: 0, didPass: didPass, result: Int64(number) + 1)
        }
        let flaky = ledger.flaky()
        #expect(flaky.map(\.flips) == [1] && flaky.map(\.build) == [1])
    }

    @Test func theSurestFlakyCaseComesFirst() {
        var ledger = CaseLedger()
        let (once, often) = (CaseLedger.Stream(test: 1, place: 0), CaseLedger.Stream(test: 2, place: 0))
        for (number, didPass) in [true, false].enumerated() {
            ledger.add(once, run: Int32(number), build: 1, board: 0, didPass: didPass, result: Int64(number))
        }
        for number in 2..<102 {
            ledger.add(
                often, run: Int32(number), build: 1, board: 0, didPass: number % 4 != 0, result: Int64(number))
        }
        #expect(ledger.flaky().map(\.stream) == [often, once], "one flip of one says less than fifty of a hundred")
    }

    /// Outcomes as run and letter, all on one build.
    private func flaky(_ outcomes: [(Int32, Character)]) -> CaseLedger.Flaky? {
        var ledger = CaseLedger()
        for (number, (run, outcome)) in outcomes.enumerated() {
            ledger.add(stream, run: run, build: 1, board: 0, didPass: outcome == "p", result: Int64(number) + 1)
        }
        return ledger.flaky().first
    }

    @Test func aRunThatReportsACaseTwiceCountsOnce() {
        #expect(flaky([(0, "f"), (0, "p")]) == nil, "one run is no flip, whatever it says")
        #expect(flaky([(0, "f"), (0, "p"), (1, "p"), (1, "f")]) == nil, "both failed")
        let pair = flaky([(0, "p"), (0, "p"), (0, "p"), (1, "f"), (1, "f"), (1, "f")])
        #expect(pair?.flips == 1 && pair?.repeats == 1 && pair?.passes == 1 && pair?.failures == 1)
        let late = flaky([(0, "p"), (1, "p"), (1, "f"), (2, "p")])
        #expect(late?.flips == 2 && late?.failures == 1 && late?.lastFlip == 4)
        let gone = flaky([(0, "p"), (1, "f"), (2, "p"), (2, "f")])
        #expect(gone?.flips == 1 && gone?.lastFlip == 2, "the second flip was none")
    }

    @Test func runsThatReportAtTheSameTimeAreToldApart() {
        #expect(flaky([(0, "p"), (1, "p"), (0, "p"), (1, "p"), (0, "p")]) == nil)
        let flaky = flaky([(0, "p"), (1, "p"), (2, "p"), (1, "f"), (2, "p"), (0, "p")])
        #expect(flaky?.flips == 2 && flaky?.repeats == 2 && flaky?.failures == 1)
    }

    @Test func theNewestBoardsAreRemembered() {
        var builds = Array(repeating: "f", count: 40)
        builds.append("pf")
        #expect(ledger(builds, boards: [7, 5]).flaky().first?.boards == [7])
    }

    @Test func flakyCasesNameTheBoardsTheyFailedOn() {
        #expect(ledger(["pfpfpf"], boards: [3, 4]).flaky().first?.boards == [3])
    }

    @Test func olderFlipsAreLeftOut() {
        #expect(ledger(["pfpp"]).flaky(since: 3).count == 1)
        #expect(ledger(["pfpp"]).flaky(since: 4).isEmpty)
    }

    @Test func aRegressionNamesTheLastGoodBuildAndTheFirstBadOne() throws {
        let change = try #require(ledger(["ff", "ppppp", "ppppp", "fff", "ff"]).changes().first)
        #expect(change.kind == .regression && change.before.build == 3 && change.since.build == 4)
        #expect(change.now.build == 5 && change.builds == 2)
        #expect(change.certainty == .sure)
    }

    @Test func aProgressionIsTheOtherWayRound() throws {
        let change = try #require(ledger(["pp", "ffff", "ffff", "pppp"]).changes().first)
        #expect(change.kind == .progression && change.before.build == 3 && change.since.build == 4)
    }

    @Test func oneFailureIsToldButNotSure() throws {
        let change = try #require(ledger(["pp", "pp", "f"]).changes().first)
        #expect(change.certainty == .thin)
        #expect(try #require(ledger(["pppppp", "pppppp", "f"]).changes().first).certainty == .likely)
    }

    @Test func aFlakyBuildIsNoWitness() {
        #expect(ledger(["pppp", "pfpf"]).changes().isEmpty, "the newest build has both: flaky, not changed")
        let change = ledger(["pppp", "pf", "ff"]).changes().first
        #expect(change?.before.build == 1 && change?.since.build == 3 && change?.builds == 2)
    }

    @Test func steadyCasesDoNotChange() {
        #expect(ledger(["pppp", "pppp"]).changes().isEmpty)
        #expect(ledger(["ffff", "ffff"]).changes().isEmpty)
        #expect(ledger(["ffff"]).changes().isEmpty)
    }

    @Test func changesBeforeTheAskedTimeAreLeftOut() {
        #expect(ledger(["pp", "ff", "ff"]).changes(since: 3).count == 1)
        #expect(ledger(["pp", "ff", "ff"]).changes(since: 4).isEmpty)
    }
}
