import LabModel
import Testing

@testable import SerialConsole

@Suite struct LineSplitterTests {
    private let zero = MonotonicTime(nanoseconds: 0)

    /// A splitter with the output its lines lie in.
    private struct Bench {
        var splitter = LineSplitter()
        var history = ConsoleHistory()

        var unfinished: String? { splitter.unfinished?.text(in: history) }

        mutating func split(_ pieces: [String], at time: MonotonicTime) -> [ConsoleLine] {
            pieces.flatMap { piece in
                Array(piece.utf8).withUnsafeBytes { bytes in
                    var spans: [LineSpan] = []
                    splitter.read(bytes, offset: history.end, at: time, wall: WallTime(nanoseconds: 5), into: &spans)
                    history.append(bytes, at: time)
                    return spans.map { $0.line(in: history) }
                }
            }
        }

        mutating func linger(_ now: MonotonicTime) -> ConsoleLine? { splitter.linger(now)?.line(in: history) }
    }

    @Test func endsOfAllKindsMakeLines() {
        let text = "one\r\ntwo\r\r\n\nthree\n\u{1b}[31mred\u{1b}[0m\r\nrest"
        for size in 1...text.utf8.count {
            var bench = Bench()
            let scalars = Array(text.unicodeScalars)
            let pieces = stride(from: 0, to: scalars.count, by: size).map { start in
                String(String.UnicodeScalarView(scalars[start..<min(start + size, scalars.count)]))
            }
            let lines = bench.split(pieces, at: zero)
            #expect(lines.map(\.text) == ["one", "two", "", "three", "[31mred[0m"])
            #expect(lines.map(\.offset.rawValue) == [0, 5, 11, 12, 18])
            #expect(bench.unfinished == "rest")
        }
    }

    @Test func longLineIsCut() {
        var bench = Bench()
        let lines = bench.split([String(repeating: "x", count: 10_000) + "\n"], at: zero)
        #expect(lines.map(\.text.utf8.count) == [4096, 4096, 1808])
        #expect(lines.map(\.offset.rawValue) == [0, 4096, 8192])
    }

    @Test func unfinishedLineIsHandedOverOnceAndItsRestFollows() {
        var bench = Bench()
        #expect(bench.split(["login: "], at: zero).isEmpty)
        #expect(bench.linger(zero.advanced(by: .milliseconds(99))) == nil)
        #expect(bench.linger(zero.advanced(by: .milliseconds(100)))?.text == "login: ")
        #expect(bench.linger(zero.advanced(by: .seconds(9))) == nil)
        #expect(bench.split(["root\r\n"], at: zero).map(\.text) == ["root"])
        _ = bench.split(["# "], at: zero)
        #expect(bench.linger(zero.advanced(by: .seconds(1)))?.text == "# ")
        #expect(bench.split(["\r\nnext\n"], at: zero).map(\.text) == ["next"])
    }

    @Test func trickleIsHandedOverAfterASecond() {
        var bench = Bench()
        var handed: [ConsoleLine] = []
        for step in 0..<30 {
            let now = zero.advanced(by: .milliseconds(50 * step))
            _ = bench.split(["#"], at: now)
            handed += bench.linger(now).map { [$0] } ?? []
        }
        #expect(handed.map(\.text) == [String(repeating: "#", count: 21)])
    }
}
