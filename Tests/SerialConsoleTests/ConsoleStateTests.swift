import LabModel
import Testing

@testable import SerialConsole

@Suite struct ConsoleStateTests {
    private let zero = MonotonicTime(nanoseconds: 0)

    private func matcher(
        _ expressions: [String], from start: UInt64 = 0, mode: PatternMatcher.Mode = .first
    ) throws -> PatternMatcher {
        let scratch = try MatchScratch { MonotonicTime(nanoseconds: 0) }
        return try PatternMatcher(
            PatternDatabase(expressions.map { ConsolePattern($0) }), from: start, mode: mode, scratch: scratch)
    }

    private func read(
        _ state: inout ConsoleState, _ text: String, at time: MonotonicTime
    ) -> (urgent: [ConsoleState.Action], rest: [ConsoleState.Action]) {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { chunk in
            let urgent = state.read(chunk, at: time)
            return (urgent, state.readOn(chunk, at: time, wall: WallTime(nanoseconds: 0)).actions)
        }
    }

    private func matches(_ actions: [ConsoleState.Action]) -> [ConsoleMatch] {
        actions.flatMap { action -> [ConsoleMatch] in if case .found(_, let found) = action { found } else { [] } }
    }

    @Test func searchFromAnOldOffsetFindsWhatIsThere() throws {
        var state = ConsoleState()
        _ = read(&state, "U-Boot\r\n=> ", at: zero)
        let (_, actions) = state.begin(try matcher(["=> "]), now: zero)
        #expect(matches(actions).map(\.end.rawValue) == [11])
        let (_, later) = state.begin(try matcher(["=> "], from: 11), now: zero)
        #expect(matches(later).isEmpty)
        #expect(matches(read(&state, "x=> ", at: zero).rest).map(\.end.rawValue) == [15])
    }

    @Test func silenceCompletesADollarOnce() throws {
        var state = ConsoleState()
        let (_, none) = state.begin(try matcher(["login: $"]), now: zero)
        #expect(none.isEmpty && state.silenceDue == nil)
        #expect(matches(read(&state, "board login: ", at: zero).rest).isEmpty)
        let due = try #require(state.silenceDue)
        #expect(due == zero.advanced(by: .milliseconds(20)))
        #expect(state.silence(due.advanced(by: .milliseconds(-1))).isEmpty)
        let found = matches(state.silence(due))
        #expect(found.map(\.text) == ["login: "])
        #expect(found.map(\.at) == [zero])
        #expect(state.silenceDue == nil)
    }

    @Test func silenceThatIsAlreadyThereCounts() throws {
        var state = ConsoleState()
        _ = read(&state, "board login: ", at: zero)
        let (_, actions) = state.begin(try matcher(["login: $"]), now: zero.advanced(by: .seconds(5)))
        #expect(matches(actions).count == 1)
    }

    @Test func urgentSearchesAreToldFirst() throws {
        var state = ConsoleState()
        _ = state.begin(try matcher(["copy"]), now: zero)
        _ = state.begin(try matcher(["copy"], mode: .immediate), urgent: true, now: zero)
        let (urgent, rest) = read(&state, "copying", at: zero)
        #expect(matches(urgent).count == 1)
        #expect(matches(rest).count == 1)
        #expect(matches(read(&state, "copying", at: zero).urgent).isEmpty)
    }

    @Test func endedSearchHearsNothing() throws {
        var state = ConsoleState()
        let (id, _) = state.begin(try matcher(["x"], mode: .every), now: zero)
        #expect(matches(read(&state, "x", at: zero).rest).count == 1)
        state.end(id)
        #expect(matches(read(&state, "x", at: zero).rest).isEmpty)
    }

    @Test func endlessStreamStaysBounded() throws {
        var state = ConsoleState()
        _ = state.begin(try matcher(["never .* comes$", "(?<=x)never"], mode: .every), now: zero)
        let chunk = String(repeating: "0123456789abcdef", count: 4096)
        for second in 0..<64 {
            _ = read(&state, chunk, at: zero.advanced(by: .seconds(second)))
        }
        #expect(state.end == 4 << 20)
        #expect(state.end - state.history.base == UInt64(ConsoleHistory.kept))
        #expect(state.lastLines(200).count == ConsoleHistory.kept / 4096)
        #expect(state.lastLines(200).allSatisfy { $0.text.utf8.count <= 4096 })
    }

    @Test func matchThatLiesAcrossTheEndOfTheRingIsFound() throws {
        let marker = "copying\r\nblock 7"
        for before in 0...marker.utf8.count {
            var state = ConsoleState()
            _ = state.begin(try matcher([#"copying\nblock (\d)"#], mode: .every), now: zero)
            let filler = String(repeating: "x", count: ConsoleHistory.kept / 2)
            _ = read(&state, filler, at: zero)
            _ = read(&state, String(filler.dropLast(before)), at: zero)
            let found = matches(read(&state, marker + "\n", at: zero).rest)
            #expect(found.map(\.groups) == [["1": "7"]], "\(before) bytes before the end")
            #expect(found.map(\.end.rawValue) == [UInt64(ConsoleHistory.kept - before + marker.utf8.count)])
        }
    }

    @Test func searchBehindTheHistoryAsksForItAndCatchesUp() throws {
        var state = ConsoleState()
        _ = read(&state, "early marker\n", at: zero)
        for _ in 0..<8 { _ = read(&state, String(repeating: "x", count: 65_535) + "\n", at: zero) }
        let (id, actions) = state.begin(try matcher(["early (marker)\n"]), now: zero)
        guard case .recall(id, from: 0) = try #require(actions.first) else {
            Issue.record("no recall: \(actions)")
            return
        }
        let piece = ConsoleHistory(base: 0, bytes: Array("early marker\nxxxx".utf8))
        #expect(matches(state.recalled(id, piece, now: zero)).map(\.groups) == [["1": "marker"]])

        let (second, _) = state.begin(try matcher(["marker|new"]), now: zero)
        #expect(matches(state.recalled(second, nil, now: zero)).isEmpty, "what is lost is skipped")
        #expect(matches(read(&state, "new", at: zero).rest).count == 1)
    }

    @Test func linesAreKeptAndToldOnce() {
        var state = ConsoleState()
        var told: [String] = []
        for number in 0..<500 {
            Array("line \(number)\r\n".utf8).withUnsafeBytes { chunk in
                _ = state.read(chunk, at: zero)
                told += state.lines(state.readOn(chunk, at: zero, wall: WallTime(nanoseconds: 0)).lines).map(\.text)
            }
        }
        #expect(told == (0..<500).map { "line \($0)" })
        #expect(state.lastLines(3).map(\.text) == ["line 497", "line 498", "line 499"])
        #expect(state.lastLines(-1).isEmpty)
        _ = read(&state, "\r\n/ # ", at: zero)
        #expect(state.lastLine == "/ # ")
    }
}
