import LabModel
import Testing

@testable import SerialConsole

@Suite struct ConsoleHistoryTests {
    private let zero = MonotonicTime(nanoseconds: 0)

    /// Bytes that tell their place.
    private func output(_ range: Range<Int>) -> [UInt8] { range.map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) } }

    private func append(_ history: inout ConsoleHistory, _ range: Range<Int>) {
        output(range).withUnsafeBytes { history.append($0, at: zero) }
    }

    @Test(arguments: [1, 63, 4095, 4096, 4097, 65_536, 131_072, 131_073, 200_000])
    func everyPieceSizeLeavesTheLastBytesReadable(size: Int) {
        var history = ConsoleHistory()
        let total = size < 64 ? 20_000 : 700_001
        for start in stride(from: 0, to: total, by: size) { append(&history, start..<min(start + size, total)) }
        #expect(history.end == UInt64(total))
        #expect(history.base == UInt64(max(0, total - ConsoleHistory.kept)))
        let range = history.base..<history.end
        #expect(Array(history[range]) == output(Int(range.lowerBound)..<total))
        #expect(history.withBytes(of: range) { Array($0) } == output(Int(range.lowerBound)..<total))
        var pieces: [UInt8] = []
        history.forEachPiece(of: range) { piece, offset in
            #expect(offset == range.lowerBound + UInt64(pieces.count))
            pieces += piece
        }
        #expect(pieces == output(Int(range.lowerBound)..<total))
    }

    @Test func searchingForAByteCrossesTheEndOfTheRing() {
        var history = ConsoleHistory()
        append(&history, 0..<ConsoleHistory.kept)
        let text = Array("some of a line\n".utf8)
        Array(repeating: UInt8(ascii: "."), count: ConsoleHistory.kept - 6).withUnsafeBytes {
            history.append($0, at: zero)
        }
        text.withUnsafeBytes { history.append($0, at: zero) }
        let start = history.end - UInt64(text.count)
        #expect(history.firstIndex(of: lineFeed, in: start..<history.end) == history.end - 1)
        #expect(history.line(upTo: history.end).hasSuffix("..some of a line"))
    }

    @Test func timesOfReadingAreKeptForTheLastReads() {
        var history = ConsoleHistory()
        for read in 0..<5000 {
            [UInt8](repeating: 0, count: 10).withUnsafeBytes {
                history.append($0, at: MonotonicTime(nanoseconds: Int64(read)))
            }
        }
        #expect(history.time(ofEnd: 49_995) == MonotonicTime(nanoseconds: 4999))
        #expect(history.time(ofEnd: 49_990) == MonotonicTime(nanoseconds: 4998))
        #expect(history.time(ofEnd: 45_001) == MonotonicTime(nanoseconds: 4500))
    }
}
