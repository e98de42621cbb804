import LabModel
import LabSimulation
import LabStore
import Testing

@testable import LabScheduler

@Suite struct PauseTests {
    private static let disk = PauseReason(name: "disk", text: "the disk is full")
    private static let drain = PauseReason(name: "drain", text: "the lab is being drained by ann")

    @Test func nothingIsLeasedWhileOneStandsAndTheJobSaysWhy() async throws {
        let lab = try await Lab()
        await lab.scheduler.pause(Self.disk)
        await lab.scheduler.pause(Self.drain)
        try await lab.running {
            let job = try await lab.submit(.sample("waits"))
            let reason = try await lab.scheduler.waitingReason(job)
            #expect(reason == Self.disk.text)
            #expect(await lab.scheduler.standingPauses() == [Self.disk, Self.drain])
            await lab.scheduler.resume("disk")
            #expect(await lab.scheduler.standingPauses() == [Self.drain])
            #expect(try await lab.store.job(job)?.state == .submitted)
            await lab.scheduler.resume("drain")
            #expect(try await lab.finished(job).health == .complete)
        }
    }

    @Test func whatRunsGoesOn() async throws {
        let runner = RecordingRunner()
        let lab = try await Lab(["one": [], "two": []], runner: runner)
        try await lab.running {
            let first = try await lab.submit(.sample("first"))
            _ = try await lab.job(first) { $0.state >= .running }
            await lab.scheduler.pause(Self.drain)
            #expect(try await lab.finished(first).health == .complete)
        }
    }
}
