import Foundation
import LabModel
import Logging
import Testing

@testable import PowerCut

/// Single states of a recording that lies in a folder.
@Suite struct CrashStatesTests {
    private let name = ExplorationName(job: JobID(rawValue: 3), block: 1, name: "x")
    private let plan = PowerCutExploration(
        name: "x", run: "up", alive: .init(marker: "UP"), oldVersion: "v1", newVersion: "v2")

    /// Two phases, success, and a last write that no flush covers.
    private var toy: ToyTrace {
        ToyTrace(
            base: [0, 1, 2, 0, 1, 2, 0, 1],
            events: [
                .phase("copy"), .write(sector: 0, values: [5, 6], isFUA: false, isAmbiguous: false),
                .write(sector: 2, values: [0], isFUA: false, isAmbiguous: false), .flush(isAmbiguous: false),
                .phase("flip"), .write(sector: 5, values: [7, 8, 9], isFUA: false, isAmbiguous: false),
                .flush(isAmbiguous: false), .success,
                .write(sector: 3, values: [4], isFUA: false, isAmbiguous: false),
            ])
    }

    private func withLaboratory(_ body: (Laboratory, String) async throws -> Void) async throws {
        let root = FileManager.default.temporaryDirectory.path + "/lab-\(UInt32.random(in: 0...UInt32.max))"
        let folder = root + "/3-1"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let toy = toy
        let base = toy.base.flatMap { [UInt8](repeating: $0, count: 512) }
        try Data(base).write(to: URL(filePath: folder + "/base.img"))
        let header = TraceHeader(
            baseDigest: ContentDigest(of: base), baseSize: base.count, recordedAt: WallTime(nanoseconds: 5),
            machine: [.init("kit", "k1"), .init("board", "b1")])
        let writer = try TraceWriter(path: folder + "/update.trace", header: header)
        for event in toy.recording.events {
            switch event {
            case .write(let write) where write.content == .data:
                try writer.write(
                    offset: write.offset, toy.recording.bytes(ofWrite: write.number), isFUA: write.isFUA,
                    isAmbiguous: write.isAmbiguous, at: write.time)
            case .write(let write):
                try writer.clear(
                    offset: write.offset, length: write.length, content: write.content, isFUA: write.isFUA,
                    isAmbiguous: write.isAmbiguous, at: write.time)
            case .flush(let flush): try writer.flush(isAmbiguous: flush.isAmbiguous, at: flush.time)
            case .mark(let mark):
                try writer.mark(mark.text, phase: mark.phase, isSuccess: mark.isSuccess, at: mark.time)
            }
        }
        try writer.finish()
        let laboratory = Laboratory(
            folder: root, socket: root + "/socket", clock: SystemLabClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        do {
            try await body(laboratory, folder)
        } catch {
            await laboratory.shutdown()
            throw error
        }
        await laboratory.shutdown()
    }

    private func reason(_ body: () async throws -> Void) async -> CrashStateError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? CrashStateError
        }
    }

    @Test func aRecordingIsToldInNumbers() async throws {
        try await withLaboratory { laboratory, _ in
            let block = try await laboratory.recordedBlock(of: name.job, block: nil)
            #expect(block == 1)
            let facts = try await laboratory.facts(of: name)
            #expect(facts.writes == 4 && facts.flushes == 2 && facts.bytes == 7 * 512 && facts.diskSize == 8 * 512)
            #expect(facts.phases.map(\.name) == ["copy", "flip"])
            #expect(facts.phases.map(\.firstWrite) == [1, 3] && facts.phases.map(\.lastWrite) == [2, 4])
            #expect(facts.writesBeforeSuccess == 3)
            #expect(facts.differences(to: ["kit": "k1", "board": "b2"]) == [])
            #expect(facts.differences(to: ["kit": "k2"]) == ["kit was k1, is k2"])
        }
    }

    @Test(arguments: ["w0", "w2", "w4", "w2:first1", "w2:last2", "w3-4{}", "w3-4{4}", "w1"])
    func anImageIsWhatAViewShows(_ text: String) async throws {
        try await withLaboratory { laboratory, _ in
            let image = try await laboratory.image(of: text, of: name, plan: plan, trial: nil)
            var view = CrashView(try CrashState(try StateID(parsing: text), in: try toy.space()))
            let shown = try view.read(offset: 0, length: view.size)
            #expect(image.size == Int64(view.size))
            var pieces: [UInt8] = []
            while pieces.count < view.size { pieces += try image.read(at: Int64(pieces.count), length: 1536) }
            #expect(pieces == shown)
            #expect(try image.digest() == ContentDigest(of: shown).bytes)
            #expect(try image.read(at: image.size, length: 512).isEmpty)
        }
    }

    @Test func statesAreReadStrictlyAndHeldAgainstTheRecording() async throws {
        try await withLaboratory { laboratory, _ in
            let name = name
            let known = try await laboratory.check("w3-4{4}", of: name)
            #expect(known == "w3-4{4}")
            for text in ["", "w", "4", "w-1", "w3-4", "w3-4{3}", "w4/", "w99999999999"] {
                let refused = await reason { _ = try await laboratory.check(text, of: name) }
                #expect(refused?.reason == .malformed, "\(text)")
            }
            for text in ["w5", "w4:first1", "w2:first3", "w2-4{4}"] {
                let refused = await reason { _ = try await laboratory.check(text, of: name) }
                #expect(refused?.reason == .missing, "\(text)")
            }
            let late = await reason { _ = try await laboratory.check("w5", of: name) }
            #expect(late?.failure.advice == "this recording has 4 writes: w0 to w4")
        }
    }

    @Test func aBootIsJudgedAsTheCampaignDoes() async throws {
        try await withLaboratory { laboratory, _ in
            let old = FixedTrial(facts: TrialFacts(end: .alive, version: "v1", isWhole: true))
            let early = try await laboratory.boot("w2", of: name, plan: plan, trial: old)
            #expect(early.verdict == "old" && early.isAllowed && early.phase == "copy" && !early.isAfterSuccess)
            let late = try await laboratory.boot("w4", of: name, plan: plan, trial: old)
            #expect(late.verdict == "lost-update" && !late.isAllowed && late.isAfterSuccess)
        }
    }

    @Test func statesBehindABootNeedThatBoot() async throws {
        try await withLaboratory { laboratory, _ in
            let unknown = await reason {
                _ = try await laboratory.image(of: "w2/1", of: name, plan: plan, trial: nil)
            }
            #expect(unknown?.reason == .missing)
            let quiet = FixedTrial(facts: TrialFacts(end: .alive, version: "v1"))
            let image = try await laboratory.image(of: "w2/0", of: name, plan: plan, trial: quiet)
            let parent = try await laboratory.image(of: "w2", of: name, plan: plan, trial: nil)
            #expect(try image.digest() == parent.digest())
            let many = await reason { _ = try await laboratory.boot("w2/1", of: name, plan: plan, trial: quiet) }
            #expect(many?.reason == .missing)
            #expect(many?.failure.advice == "that boot's states are w2/0 to w2/0")
            let broken = FixedTrial(facts: TrialFacts(end: .infrastructure))
            let failed = await reason { _ = try await laboratory.boot("w2/1", of: name, plan: plan, trial: broken) }
            #expect(failed?.reason == .failed)
        }
    }

    @Test func whatIsNotThereOrNotWholeIsSaid() async throws {
        try await withLaboratory { laboratory, folder in
            let other = ExplorationName(job: JobID(rawValue: 9), block: 0, name: "")
            let noJob = await reason { _ = try await laboratory.recordedBlock(of: other.job, block: nil) }
            let noBlock = await reason { _ = try await laboratory.recordedBlock(of: name.job, block: 0) }
            #expect(noJob?.reason == .missing && noBlock?.reason == .missing)
            let file = try await laboratory.trace(of: name)
            #expect(file.size > 0)
            let none = await reason {
                _ = try await laboratory.verify(
                    name, plan: plan, sample: CampaignSample(share: 1, seed: 1), trials: []
                ) { _ in }
            }
            #expect(none?.reason == .missing)
            // Looked at before, so that this cannot be what was remembered.
            let trace = folder + "/update.trace"
            var bytes = try #require(FileManager.default.contents(atPath: trace))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(filePath: trace))
            let altered = await reason { _ = try await laboratory.facts(of: name) }
            #expect(altered?.reason == .damaged && altered?.failure.message.contains("altered") == true)
            try bytes.dropLast(40).write(to: URL(filePath: trace))
            let shortened = await reason { _ = try await laboratory.check("w1", of: name) }
            #expect(shortened?.reason == .damaged)
        }
    }

    @Test func aRecordingCanBeTakenOverAndOutlivesItsJob() async throws {
        try await withLaboratory { laboratory, folder in
            let other = ExplorationName(job: JobID(rawValue: 4), block: 0, name: "y")
            let before = await laboratory.hasRecording(other)
            try await laboratory.adopt(name, as: other)
            let after = await laboratory.hasRecording(other)
            #expect(!before && after)
            let digest = try await laboratory.facts(of: name).trace
            try FileManager.default.removeItem(atPath: folder)
            let copied = try await laboratory.facts(of: other).trace
            #expect(copied == digest)
            await #expect(throws: Failure.self) { try await laboratory.adopt(name, as: other) }
            let stays = await laboratory.hasRecording(other)
            #expect(stays)
        }
    }
}

/// A board that reads nothing and always ends the same way.
private struct FixedTrial: CrashTrial {
    var facts: TrialFacts

    func boot(_ disk: NetworkDisk) async throws -> TrialFacts { facts }
}
