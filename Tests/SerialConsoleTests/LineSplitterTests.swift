import LabModel
import Testing

@testable import SerialConsole

@Suite struct LineSplitterTests {
    private let zero = MonotonicTime(nanoseconds: 0)

    private func split(_ pieces: [String], _ splitter: inout LineSplitter, at time: MonotonicTime) -> [ConsoleLine] {
        var offset: UInt64 = 0
        var lines: [ConsoleLine] = []
        for piece in pieces {
            let bytes = Array(piece.utf8)
            lines += bytes.withUnsafeBytes {
                splitter.read($0, offset: offset, at: time, wall: WallTime(nanoseconds: 5))
            }
            offset += UInt64(bytes.count)
        }
        return lines
    }

    @Test func endsOfAllKindsMakeLines() {
        let text = "one\r\ntwo\r\r\n\nthree\n\u{1b}[31mred\u{1b}[0m\r\nrest"
        for size in 1...text.utf8.count {
            var splitter = LineSplitter()
            let scalars = Array(text.unicodeScalars)
            let pieces = stride(from: 0, to: scalars.count, by: size).map { start in
                String(String.UnicodeScalarView(scalars[start..<min(start + size, scalars.count)]))
            }
            let lines = split(pieces, &splitter, at: zero)
            #expect(lines.map(\.text) == ["one", "two", "", "three", "[31mred[0m"])
            #expect(lines.map(\.offset.rawValue) == [0, 5, 11, 12, 18])
            #expect(splitter.unfinished == "rest")
        }
    }

    @Test func longLineIsCut() {
        var splitter = LineSplitter()
        let lines = split([String(repeating: "x", count: 10_000) + "\n"], &splitter, at: zero)
        #expect(lines.map(\.text.utf8.count) == [4096, 4096, 1808])
        #expect(lines.map(\.offset.rawValue) == [0, 4096, 8192])
    }

    @Test func unfinishedLineIsHandedOverOnceAndItsRestFollows() {
        var splitter = LineSplitter()
        #expect(split(["login: "], &splitter, at: zero).isEmpty)
        #expect(splitter.linger(zero.advanced(by: .milliseconds(99))) == nil)
        #expect(splitter.linger(zero.advanced(by: .milliseconds(100)))?.text == "login: ")
        #expect(splitter.linger(zero.advanced(by: .seconds(9))) == nil)
        #expect(split(["root\r\n"], &splitter, at: zero).map(\.text) == ["root"])
        _ = split(["# "], &splitter, at: zero)
        #expect(splitter.linger(zero.advanced(by: .seconds(1)))?.text == "# ")
        #expect(split(["\r\nnext\n"], &splitter, at: zero).map(\.text) == ["next"])
    }

    @Test func trickleIsHandedOverAfterASecond() {
        var splitter = LineSplitter()
        var handed: [ConsoleLine] = []
        for step in 0..<30 {
            let now = zero.advanced(by: .milliseconds(50 * step))
            _ = split(["#"], &splitter, at: now)
            handed += splitter.linger(now).map { [$0] } ?? []
        }
        #expect(handed.map(\.text) == [String(repeating: "#", count: 21)])
    }
}
