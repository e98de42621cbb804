import LabModel
import LabSimulation
import Testing

@testable import JobEngine

@Suite struct UpdateWatchTests {
    private func timeline(_ text: String) async throws -> (timeline: UpdateTimeline, isFull: Bool) {
        let bench = Bench { _, _ in }
        let plan = PowerCutSampling(
            name: "sample", run: "update", success: "LABD-PHASE done", alive: .init(marker: "UP"), newVersion: "v2")
        let watch = UpdateWatch()
        let armament = try await watch.begin(plan, on: bench.console)
        let began = bench.clock.monotonic()
        bench.console.print(text)
        await armament.disarm()
        return (watch.timeline(since: began, end: began.advanced(by: .seconds(1))), watch.isFull)
    }

    /// A mark for each block written: one phase, and the report of success is seen all the same.
    @Test func progressIsNoPhase() async throws {
        let seen = try await timeline(String(repeating: "LABD-PHASE copy \n", count: 3000) + "LABD-PHASE done \n")
        #expect(seen.timeline.marks.map(\.phase) == ["copy", "done"])
        #expect(seen.timeline.success != nil)
        #expect(!seen.isFull)
    }

    @Test func tooManyPhasesDoNotHideTheSuccess() async throws {
        let pair = "LABD-PHASE copy \nLABD-PHASE flip \n"
        let seen = try await timeline(String(repeating: pair, count: 800) + "LABD-PHASE done \n")
        #expect(seen.timeline.marks.count == 1000)
        #expect(seen.timeline.success != nil)
        #expect(seen.isFull)
    }
}
