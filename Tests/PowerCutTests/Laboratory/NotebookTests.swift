import Foundation
import LabModel
import Logging
import Testing

@testable import PowerCut

/// What sampling campaigns write down.
@Suite struct NotebookTests {
    private let campaign = ExplorationName(job: JobID(rawValue: 4), block: 1, name: "x")
    private let entries: [SamplingEntry] = [
        .path(PowerPath(delay: .milliseconds(12), jitter: .microseconds(1500))),
        .timeline(
            UpdateTimeline(
                marks: [.init(name: "copy", at: .milliseconds(3))], success: .seconds(1), end: .seconds(2))),
        .trial(
            SampledCut(
                cut: PlannedCut(number: 1, purpose: .sample(stratum: 0), phase: "copy", moment: .milliseconds(5)),
                status: .invalid(.consoleAlive), note: "it went on")),
        .trial(
            SampledCut(
                cut: PlannedCut(number: 2, purpose: .search(window: 0), phase: "copy", moment: .milliseconds(7)),
                status: .hit, phase: "copy", offset: .milliseconds(4), verdict: .bootloader,
                facts: TrialFacts(end: .bootloaderPrompt, consoleTail: ["=> "]))),
    ]

    private func withLaboratory(_ body: (Laboratory, String) async throws -> Void) async throws {
        let root = FileManager.default.temporaryDirectory.path + "/lab-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let laboratory = Laboratory(
            folder: root, socket: root + "/s", clock: SystemLabClock(), logger: Logger(label: "test"))
        try await body(laboratory, root)
    }

    @Test func whatWasWrittenIsReadAgain() async throws {
        try await withLaboratory { laboratory, _ in
            #expect(try await laboratory.entries(of: campaign) == [])
            for entry in entries { try await laboratory.append(entry, to: campaign) }
            #expect(try await laboratory.entries(of: campaign) == entries)
        }
    }

    @Test func aTornLastEntryIsLeftOutAndWrittenOver() async throws {
        try await withLaboratory { laboratory, root in
            for entry in entries.prefix(3) { try await laboratory.append(entry, to: campaign) }
            let path = root + "/4-1/sampling.jsonl"
            let whole = try #require(FileManager.default.contents(atPath: path))
            try whole.dropLast(20).write(to: URL(filePath: path))
            #expect(try await laboratory.entries(of: campaign) == Array(entries.prefix(2)))
            try await laboratory.append(entries[3], to: campaign)
            #expect(try await laboratory.entries(of: campaign) == Array(entries.prefix(2)) + [entries[3]])
        }
    }

    @Test func anEntryThatLacksOnlyItsEndIsTornToo() async throws {
        try await withLaboratory { laboratory, root in
            for entry in entries.prefix(3) { try await laboratory.append(entry, to: campaign) }
            let path = root + "/4-1/sampling.jsonl"
            let whole = try #require(FileManager.default.contents(atPath: path))
            try whole.dropLast(1).write(to: URL(filePath: path))
            #expect(try await laboratory.entries(of: campaign) == Array(entries.prefix(2)))
            try await laboratory.append(entries[3], to: campaign)
            #expect(try await laboratory.entries(of: campaign) == Array(entries.prefix(2)) + [entries[3]])
        }
    }

    @Test func damageInTheMiddleIsAnError() async throws {
        try await withLaboratory { laboratory, root in
            for entry in entries { try await laboratory.append(entry, to: campaign) }
            let path = root + "/4-1/sampling.jsonl"
            var bytes = try #require(FileManager.default.contents(atPath: path))
            bytes[bytes.count / 3] = 0
            try bytes.write(to: URL(filePath: path))
            let failure = await #expect(throws: Failure.self) { try await laboratory.entries(of: campaign) }
            #expect(failure?.type == .infrastructure)
            #expect(failure?.message.contains("is damaged") == true)
        }
    }

    @Test func theConsoleOfAFailingBoardIsKept() async throws {
        try await withLaboratory { laboratory, _ in
            let folder = try await laboratory.keep(console: ["U-Boot", "=> "], ofTrial: 12, of: campaign)
            let text = try String(contentsOfFile: folder + "/console.txt", encoding: .utf8)
            #expect(text == "U-Boot\n=> \n")
            // Not a report: nothing is offered as an exploration's.
            #expect(try await laboratory.targets(of: campaign.job, block: nil) == nil)
        }
    }
}
