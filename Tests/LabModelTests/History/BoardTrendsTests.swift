import LabModel
import Testing

@Suite struct BoardTrendsTests {
    private static let hour = 3_600_000_000_000 as Int64
    private let sick = BoardName(rawValue: "sick")

    /// Runs newest first, an hour apart: `.` complete, `b` boot failed, `i` the lab failed, `c` canceled.
    private func runs(
        _ board: BoardName, _ outcomes: String, job: String = "smoke", seconds: (Int) -> Double = { _ in 20 }
    ) -> [BoardRun] {
        outcomes.enumerated().map { index, mark in
            let outcome: BoardRun.Outcome =
                switch mark {
                case "b": .boot
                case "i": .infrastructure
                case "c": .canceled
                default: .complete
                }
            return BoardRun(
                job: JobID(rawValue: Int64(1000 - index)), jobName: job, board: board,
                ended: WallTime(nanoseconds: 1_800_000_000_000_000_000 - Int64(index) * Self.hour), outcome: outcome,
                boots: mark == "i" ? 0 : 1, failedBoots: mark == "b" ? 1 : 0,
                bootTime: mark == "." ? .seconds(seconds(index)) : nil)
        }
    }

    private func trends(_ own: [BoardRun], others: [String: [BoardRun]] = [:]) -> BoardTrend {
        var runs = [sick: own]
        for (name, past) in others { runs[BoardName(rawValue: name)] = past }
        let types = runs.mapValues { _ in DeviceTypeName(rawValue: "rpi4") }
        return BoardTrends(runs: runs, types: types).all()[sick]
            ?? BoardTrend(lately: BoardFigures([]), long: BoardFigures([]), others: nil, signs: [])
    }

    private func healthy(_ name: String, _ count: Int) -> [BoardRun] {
        runs(BoardName(rawValue: name), String(repeating: ".", count: count))
    }

    @Test func aBoardThatFailsToBootMoreOftenThanOthersIsNamed() {
        let trend = trends(runs(sick, "b..b..b..."), others: ["one": healthy("one", 25), "two": healthy("two", 25)])
        #expect(trend.signs.map(\.kind) == [.bootFailures])
        #expect(trend.signs.first?.text == "3 of its last 10 jobs failed to boot; others of its type 0 of 50")
        #expect(trend.lately.withFailedBoot == 3 && trend.lately.booted == 10 && trend.others?.booted == 50)
    }

    @Test func smallNumbersAreNoCauseForConcern() {
        #expect(trends(runs(sick, "b"), others: ["one": healthy("one", 25)]).signs.isEmpty)
        #expect(trends(runs(sick, "b........."), others: ["one": healthy("one", 25)]).signs.isEmpty)
        #expect(
            trends(runs(sick, "bbb"), others: ["one": healthy("one", 2)]).signs.isEmpty, "nobody to hold it against")
        #expect(trends([]).signs.isEmpty)
    }

    @Test func aTypeThatFailsEverywhereIsNotTheBoardsFault() {
        let bad = String(repeating: "b..", count: 20)
        let trend = trends(runs(sick, "b..b..b..."), others: ["one": runs(BoardName(rawValue: "one"), bad)])
        #expect(trend.signs.isEmpty)
        let since = "bb.bb.b..." + String(repeating: ".", count: 60)
        let together = trends(
            runs(sick, since), others: ["one": runs(BoardName(rawValue: "one"), String(since.prefix(10)))])
        #expect(together.signs.isEmpty, "its own past is no witness when the others began to fail as well")
    }

    @Test func aNewBoardAloneIsHeldAgainstTheLab() {
        let other = BoardName(rawValue: "other")
        let names = [sick: DeviceTypeName(rawValue: "rpi4"), other: DeviceTypeName(rawValue: "x86")]
        let trends = BoardTrends(runs: [sick: runs(sick, "bbb.b"), other: healthy("other", 60)], types: names).all()
        #expect(trends[sick]?.signs.first?.text == "4 of its last 5 jobs failed to boot; the rest of the lab 0 of 60")
    }

    @Test func withoutOthersABoardIsHeldAgainstItsOwnPast() {
        let trend = trends(runs(sick, "bb.b.b...." + String(repeating: ".", count: 60)))
        #expect(trend.signs.first?.text == "4 of its last 10 jobs failed to boot; before that 0 of 60")
        #expect(trend.others == nil)
    }

    @Test func failuresOfTheLabAreToldApart() {
        let trend = trends(runs(sick, "iii.i....."), others: ["one": healthy("one", 80)])
        #expect(trend.signs.first?.kind == .infrastructureFailures)
        #expect(
            trend.signs.first?.text == "4 of its last 10 jobs failed for the lab's fault; others of its type 0 of 80")
    }

    @Test func canceledRunsSayNothing() {
        let trend = trends(runs(sick, "cccccccccc"), others: ["one": healthy("one", 80)])
        #expect(trend.lately.jobs == 0 && trend.signs.isEmpty)
    }

    @Test func aBoardThatBootsSlowerThanBeforeIsNamed() {
        let past = String(repeating: ".", count: 70)
        let own = runs(sick, past) { $0 < 10 ? 28 + Double($0 % 3) * 0.1 : 20 + Double($0 % 7) * 0.2 }
        let trend = trends(own, others: ["one": healthy("one", 70)])
        #expect(trend.signs.map(\.kind) == [.slowBoots])
        #expect(
            trend.signs.first?.text
                == "boots 36 % slower than 2 days ago: 28 s, was 21 s (last 10 boots against the 60 before)")
    }

    @Test func anImageThatBootsSlowlyOnAllBoardsIsNotTheBoardsFault() {
        let past = String(repeating: ".", count: 70)
        let slower: (Int) -> Double = { $0 < 10 ? 28 : 20 + Double($0 % 7) * 0.2 }
        let other = BoardName(rawValue: "one")
        let trend = trends(runs(sick, past, seconds: slower), others: ["one": runs(other, past, seconds: slower)])
        #expect(trend.signs.isEmpty)
    }

    @Test func anotherJobThatBootsLongerIsNoSlowBoard() {
        let own = runs(sick, "..........", job: "big") { _ in 60 } + runs(sick, String(repeating: ".", count: 60))
        #expect(trends(own).signs.isEmpty)
    }

    @Test func aSoundLabShowsHardlyASign() {
        // 40 boards with a failure in fifty, spread evenly by a fixed recurrence.
        var state: UInt64 = 42
        func fails() -> Bool {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % 50 == 0
        }
        var runs: [BoardName: [BoardRun]] = [:]
        for number in 1...40 {
            let name = BoardName(rawValue: "board-\(number)")
            runs[name] = self.runs(name, String((0..<100).map { _ in fails() ? "b" : "." }))
        }
        let trends = BoardTrends(runs: runs, types: runs.mapValues { _ in DeviceTypeName(rawValue: "rpi4") }).all()
        #expect(trends.values.filter { !$0.signs.isEmpty }.count <= 1)
    }
}
