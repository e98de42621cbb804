import LabModel
import Testing

@testable import LabStore

@Suite struct LogBufferTests {
    private func entry(_ text: String, _ level: LogLevel = .target) -> LogEntry {
        LogEntry(at: WallTime(nanoseconds: 0), level: level, message: .string(text))
    }

    @Test func onlyTheFirstEntryAsksForTheWriter() {
        var buffer = LogBuffer(limit: 1000)
        let asked = [buffer.append([entry("a")]), buffer.append([entry("b")])]
        #expect(asked == [true, false])
        #expect(buffer.take().map(\.message) == ["a", "b"])
        let askedAgain = [buffer.append([]), buffer.append([entry("c")])]
        #expect(askedAgain == [false, true])
    }

    @Test func newestConsoleOutputIsDroppedAndCounted() {
        var buffer = LogBuffer(limit: 330)
        _ = buffer.append((1...5).map { entry("line \($0)") })
        _ = buffer.append([entry("the lab speaks", .info)])
        let kept = buffer.take().map(\.message)
        #expect(
            kept == [
                "line 1", "line 2", "line 3", "the disk was too slow: 2 entries are missing here", "the lab speaks",
            ])
        _ = buffer.append([entry("room again")])
        #expect(buffer.take().map(\.message) == ["room again"])
    }

    @Test func dropsAtTheEndAreTold() {
        var buffer = LogBuffer(limit: 120)
        _ = buffer.append([entry("one"), entry("two")])
        #expect(buffer.take().last?.message == "the disk was too slow: 1 entry is missing here")
    }

    @Test func theLabsOwnWordsAreBoundedToo() {
        var buffer = LogBuffer(limit: 1000)
        _ = buffer.append((1...1000).map { entry("info \($0)", .info) })
        #expect(buffer.take().count < 25)
    }
}
