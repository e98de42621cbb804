import LabModel
import LabSimulation
import LabStore
import Testing

@testable import SimulatedLab

/// The whole lab, with faults.
@Suite struct WorldTests {
    @Test(arguments: [UInt64(3), 7, 12, 28])
    func theSameSeedIsTheSameStory(seed: UInt64) throws {
        let first = try World(seed: seed, scenario: .drawn(seed)).run()
        let second = try World(seed: seed, scenario: .drawn(seed)).run()
        #expect(first.fingerprint == second.fingerprint && first.steps == second.steps)
        let other = try World(seed: seed + 1, scenario: .drawn(seed)).run()
        #expect(first.fingerprint != other.fingerprint)
    }

    @Test(arguments: 0..<20)
    func allInvariantsHold(part: Int) throws {
        for seed in UInt64(part * 10 + 1)...UInt64(part * 10 + 10) {
            let report = try World(seed: seed, scenario: .drawn(seed)).run()
            guard report.violation != nil else { continue }
            Issue.record("\(report.explanation("lab-simulate --seed \(seed) --trace"))")
            return
        }
    }

    /// `make simulate` leaves out none.
    @Test func killedAtEveryFifthStep() throws {
        let whole = try World(seed: 1, scenario: .small()).run()
        #expect(whole.violation == nil && whole.lives == 1 && whole.ended == 3)
        for step in stride(from: 1, through: whole.steps, by: 5) {
            let report = try World(seed: 1, scenario: .small(crashes: [step])).run()
            guard report.violation != nil else { continue }
            Issue.record("killed at step \(step): \(report.explanation("lab-simulate sweep --seed 1"))")
            return
        }
    }

    @Test func twoGroupsThatWantEachOthersBoards() throws {
        let report = try World(seed: 1, scenario: .rivals(rounds: 100)).run()
        #expect(report.violation == nil && report.ended == 400)
    }

    @Test func aFloodKeepsNobodyWaiting() throws {
        let report = try World(seed: 1, scenario: .flooded(jobs: 100)).run()
        #expect(report.violation == nil && report.ended == 110)
    }

    @Test(arguments: [Mutant.lateJournal, .greedyGroup, .earlyRelease, .lostResult])
    func aDefectIsFound(mutant: Mutant) throws {
        for seed in UInt64(1)...100 {
            if try World(seed: seed, scenario: .drawn(seed), mutant: mutant).run().violation != nil { return }
        }
        Issue.record("\(mutant.rawValue) was not found in 100 seeds")
    }

    @Test func aStoreInMemoryIsAStore() async throws {
        let store = try SQLiteStore(memory: try MemoryDatabase(), clock: SystemLabClock())
        #expect(await StoreConformance.violations(of: store).isEmpty)
    }

    @Test func aFullDiskRefusesAndRecovers() async throws {
        let memory = try MemoryDatabase()
        let store = try SQLiteStore(memory: memory, clock: SystemLabClock())
        try memory.setFull(true)
        var refusal: Failure?
        for _ in 0..<100 where refusal == nil {
            do throws(Failure) { _ = try await store.submit(.sample()) } catch { refusal = error }
        }
        #expect(refusal?.type == .infrastructure && refusal?.message.hasPrefix("the disk is full") == true)
        let count = try await store.jobCount(JobQuery())
        try memory.setFull(false)
        _ = try await store.submit(.sample())
        #expect(try await store.jobCount(JobQuery()) == count + 1)
    }
}
