import Foundation
import LabModel
import Testing

@testable import LabStore

@Suite(.timeLimit(.minutes(5))) struct JobLogTests {
    private let folder: TemporaryFolder
    private let job = JobID(rawValue: 7)

    init() throws {
        folder = try TemporaryFolder()
    }

    private func logs(_ limits: JobLogLimits = JobLogLimits()) throws -> JobLogFiles {
        try JobLogFiles(folder: folder.path, limits: limits)
    }

    private func entry(_ text: String, _ level: LogLevel = .target) -> LogEntry {
        LogEntry(at: WallTime(nanoseconds: 0), level: level, message: .string(text))
    }

    private func messages(_ logs: JobLogFiles) async throws -> [String] {
        let page = try await logs.read(job, from: 0, limit: 4 << 20)
        return try page.lines.map { line in
            try JSONDecoder().decode([String: DataValue].self, from: Data(line.utf8))["msg"]?.string ?? "?"
        }
    }

    @Test func entriesKeepTheirOrderAndHideSecrets() async throws {
        let logs = try logs()
        let log = try logs.open(job, secrets: ["s3cret"])
        log.append([entry("one"), entry("the s3cret")])
        log.append([entry("three")])
        await log.flush()
        #expect(try await messages(logs) == ["one", "the [MASKED]", "three"])
    }

    @Test func aSecondOpeningSharesTheLog() async throws {
        let logs = try logs()
        let first = try logs.open(job, secrets: ["first secret"])
        let second = try logs.open(job, secrets: ["second secret"])
        first.append([entry("second secret")])
        second.append([entry("first secret")])
        await second.flush()
        #expect(try await messages(logs) == ["[MASKED]", "[MASKED]"])
    }

    @Test func readingGoesOnWhereItStopped() async throws {
        let logs = try logs()
        let log = try logs.open(job, secrets: [])
        log.append((1...50).map { entry("line \($0)") })
        await log.flush()
        var lines: [String] = []
        var offset: Int64 = 0
        while true {
            let page = try await logs.read(job, from: offset, limit: 300)
            #expect(page.lines.joined(separator: "\n").utf8.count < 300)
            if page.lines.isEmpty { break }
            lines += page.lines
            offset = page.next
        }
        #expect(lines.count == 50)
        #expect(lines == (try await logs.read(job, from: 0, limit: 1 << 20).lines))
    }

    @Test func anEntryLongerThanTheLimitIsReadAlone() async throws {
        let logs = try logs()
        let log = try logs.open(job, secrets: [])
        log.append([entry(String(repeating: "x", count: 5000)), entry("next")])
        await log.flush()
        let page = try await logs.read(job, from: 0, limit: 100)
        #expect(page.lines.count == 1)
        #expect(try await logs.read(job, from: page.next, limit: 100).lines.count == 1)
    }

    @Test(arguments: [-5, 3, 1 << 40] as [Int64])
    func oddOffsetsAreHarmless(offset: Int64) async throws {
        let logs = try logs()
        let log = try logs.open(job, secrets: [])
        log.append([entry("one"), entry("two")])
        await log.flush()
        let page = try await logs.read(job, from: offset, limit: 1000)
        let expected = offset < 0 ? 2 : offset == 3 ? 1 : 0
        #expect(page.lines.count == expected)
        #expect(page.next == (try await logs.read(job, from: 0, limit: 1000).next))
    }

    @Test func aJobWithoutALogIsTold() async throws {
        let logs = try logs()
        await #expect(throws: Failure(.job, "job 9 has no log")) {
            try await logs.read(JobID(rawValue: 9), from: 0, limit: 10)
        }
    }

    @Test func aTornLastEntryIsCut() async throws {
        let path = folder.path + "/7.jsonl"
        let whole = String(decoding: LogLine.bytes(entry("whole")), as: UTF8.self)
        try (whole + #"{"dt": "2026-0"#).write(toFile: path, atomically: false, encoding: .utf8)
        let logs = try logs()
        #expect(try await messages(logs) == ["whole"], "a torn entry is not shown")
        let log = try logs.open(job, secrets: [])
        log.append([entry("after the crash")])
        await log.flush()
        #expect(try await messages(logs) == ["whole", "after the crash"])
    }

    @Test func aFileOfOneTornEntryBecomesEmpty() async throws {
        let text = String(repeating: "x", count: 200_000)
        try text.write(toFile: folder.path + "/7.jsonl", atomically: false, encoding: .utf8)
        let logs = try logs()
        _ = try logs.open(job, secrets: [])
        #expect(try await logs.read(job, from: 0, limit: 100) == JobLogPage(lines: [], next: 0))
    }

    @Test func growthIsTold() async throws {
        let logs = try logs()
        var growth = await logs.growth(of: job).makeAsyncIterator()
        let log = try logs.open(job, secrets: [])
        log.append([entry("one")])
        let length = await growth.next()
        let first = try #require(length)
        #expect(first == Int64(LogLine.bytes(entry("one")).count))
        log.append([entry("two")])
        let second = await growth.next()
        #expect(second == 2 * first)
        var late = await logs.growth(of: job).makeAsyncIterator()
        let present = await late.next()
        #expect(present == 2 * first, "who comes late learns the present length")
    }

    @Test func longMessagesAreLeftOut() async throws {
        let logs = try logs()
        let log = try logs.open(job, secrets: [])
        log.append([entry(String(repeating: "x", count: 100_000)), entry(String(repeating: "y", count: 99_999))])
        await log.flush()
        let kept = try await messages(logs)
        #expect(kept[0] == "a message of 100000 bytes was left out here")
        #expect(kept[1].count == 99_999)
    }

    @Test func aFullLogKeepsWhatTheLabSays() async throws {
        let logs = try logs(JobLogLimits(jobBytes: 4000))
        let log = try logs.open(job, secrets: [])
        for number in 1...100 { log.append([entry("line \(number)")]) }
        log.append([entry("the end", .info)])
        await log.flush()
        let kept = try await messages(logs)
        #expect(
            kept.suffix(2) == ["the log has reached 4000 bytes: console output is not kept from here on", "the end"])
        #expect((30...60).contains(kept.count))
        #expect(try await logs.read(job, from: 0, limit: 1 << 20).next < 4250)
    }

    @Test func manyThreadsAppendWhole() async throws {
        let logs = try logs()
        let log = try logs.open(job, secrets: [])
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask { for number in 0..<250 { log.append([entry("\(thread) \(number)")]) } }
            }
        }
        await log.flush()
        let kept = try await messages(logs)
        #expect(kept.count == 2000)
        for thread in 0..<8 {
            #expect(kept.filter { $0.hasPrefix("\(thread) ") } == (0..<250).map { "\(thread) \($0)" })
        }
    }

    @Test func aDroppedLogIsStillWritten() async throws {
        let logs = try logs()
        var growth = await logs.growth(of: job).makeAsyncIterator()
        try logs.open(job, secrets: []).append([entry("last words")])
        _ = await growth.next()
        #expect(try await messages(logs) == ["last words"])
    }
}
