import Foundation
import LabModel
import NIOCore
import NIOPosix
import Testing

@testable import SerialConsole

@Suite struct TranscriptTests {
    private let zero = MonotonicTime(nanoseconds: 0)
    private let wall = WallTime(nanoseconds: 7)

    @Test func recordsSurviveStorage() {
        let records = [
            TranscriptRecord(.line, offset: .start, monotonic: zero, wall: wall),
            TranscriptRecord(
                .gap, offset: ConsoleOffset(rawValue: 1 << 40), monotonic: MonotonicTime(nanoseconds: -3), wall: wall,
                length: 1 << 33),
        ]
        let stored = records.flatMap(\.bytes)
        #expect(stored.count == 64)
        #expect(TranscriptRecord.read(index: stored) == records)
        #expect(TranscriptRecord.read(index: stored + [1, 2, 3]) == records, "a torn entry is left out")
        #expect(TranscriptRecord(bytes: [UInt8](repeating: 0xff, count: 32)) == nil)
    }

    @Test func slowDiskMakesAGapInsteadOfGrowing() {
        var buffer = TranscriptBuffer(limit: 1 << 40)
        let chunk = [UInt8](repeating: 0x61, count: 1 << 20)
        for number in 0..<10 {
            chunk.withUnsafeBytes { buffer.append($0, offset: UInt64(number) << 20, at: zero, wall: wall) }
        }
        #expect(buffer.gaps == [(4 << 20)..<(10 << 20)])
        let first = buffer.take(isLast: false)
        #expect(first.map(\.bytes.count) == [4 << 20])
        #expect(first.map(\.offset) == [0])
        [UInt8](repeating: 0x62, count: 1).withUnsafeBytes { buffer.append($0, offset: 10 << 20, at: zero, wall: wall) }
        let second = buffer.take(isLast: true)
        #expect(second.map(\.offset) == [10 << 20])
        let index = TranscriptRecord.read(index: second.flatMap(\.index))
        #expect(index.map(\.kind) == [.gap])
        #expect(index.map(\.offset.rawValue) == [4 << 20])
        #expect(index.map(\.length) == [6 << 20])
    }

    @Test func transcriptThatIsFullSaysSo() {
        var buffer = TranscriptBuffer(limit: 4)
        [UInt8](1...3).withUnsafeBytes { buffer.append($0, offset: 0, at: zero, wall: wall) }
        [UInt8](4...5).withUnsafeBytes { buffer.append($0, offset: 3, at: zero, wall: wall) }
        #expect(buffer.gaps == [3..<5])
    }

    @Test func filesAreNeverOverwritten() throws {
        let folder = try TemporaryFolder()
        let first = try TranscriptFiles(folder: folder.path, name: "uart0")
        let second = try TranscriptFiles(folder: folder.path, name: "uart0")
        #expect(first.path.hasSuffix("/uart0.log"))
        #expect(second.path.hasSuffix("/uart0-2.log"))
        try first.write(Array("hello".utf8), at: 3)
        #expect(try first.read(from: 0, count: 100) == [0, 0, 0] + Array("hello".utf8))
        #expect(try first.read(from: 100, count: 5).isEmpty)
        #expect(throws: Failure.self) { try TranscriptFiles(folder: folder.path + "/none", name: "uart0") }
    }
}

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let name = "labd-console-\(UInt64.random(in: 0 ... .max))"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
