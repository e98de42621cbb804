import LabModel
import LabSimulation
import Synchronization
import Testing

/// What several tasks write down.
private final class Notes: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// The executor and the clock alone.
@Suite struct SimulationTests {
    /// What a few tasks do, in the order in which a seed lets them.
    private func story(_ seed: UInt64) -> [String] {
        let simulation = Simulation(seed: seed)
        let clock = SimulatedClock(simulation, owner: 1)
        let notes = Notes()
        let note: @Sendable (String) -> Void = { notes.add("\(clock.monotonic().nanoseconds) \($0)") }
        simulation.inCharge {
            simulation.start("root") {
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            note("\(number) begins")
                            try? await clock.sleep(for: .seconds(number % 3))
                            await Task { note("\(number) starts another one") }.value
                            await Task.detached { note("\(number) starts one apart") }.value
                        }
                    }
                }
            }
            while simulation.step() != .nothing {}
        }
        #expect(simulation.waiting.isEmpty && simulation.escapes == 0)
        return notes.all
    }

    @Test func aSeedDecidesTheOrder() {
        let first = story(1)
        #expect(first.count == 24)
        #expect(first == story(1))
        #expect(first != story(2))
        #expect(first.sorted() == story(2).sorted(), "what happens is the same in any order")
    }

    @Test func whoWaitsForEverIsNamed() {
        let simulation = Simulation(seed: 1)
        simulation.inCharge {
            let (never, continuation) = AsyncStream.makeStream(of: Void.self)
            simulation.start("a wait for nothing") { for await _ in never {} }
            while simulation.step() != .nothing {}
            #expect(simulation.waiting == ["a wait for nothing"])
            continuation.finish()
            while simulation.step() != .nothing {}
        }
        #expect(simulation.waiting.isEmpty)
    }

    @Test func theHostsClockIsNoticed() {
        let simulation = Simulation(seed: 1)
        simulation.inCharge {
            simulation.start("sleeper") { try? await Task.sleep(for: .seconds(3600)) }
            while simulation.step() != .nothing {}
        }
        // Counted when the runtime tells; else the sleeper is seen to wait for ever.
        #expect(simulation.escapes == 1 || simulation.waiting == ["sleeper"])
    }

    @Test func aJumpOfTheCalendarMovesNoDeadline() {
        let simulation = Simulation(seed: 1)
        let clock = SimulatedClock(simulation, owner: 1)
        let start = clock.wall()
        simulation.inCharge {
            simulation.start("sleeper") { try? await clock.sleep(for: .seconds(60)) }
            _ = simulation.settle(limit: 100)
            simulation.jump(by: .seconds(-7200))
            while simulation.step() != .nothing {}
        }
        #expect(clock.monotonic() == MonotonicTime(nanoseconds: 60_000_000_000))
        #expect(clock.wall().nanoseconds - start.nanoseconds == (60 - 7200) * 1_000_000_000)
    }

    @Test func aStoppedClockLetsNobodySleep() {
        let simulation = Simulation(seed: 1)
        let clock = SimulatedClock(simulation, owner: 1)
        let woken = Mutex(0)
        simulation.inCharge {
            for _ in 0..<3 {
                simulation.start("sleeper") {
                    do { try await clock.sleep(for: .seconds(60)) } catch { woken.withLock { $0 += 1 } }
                }
            }
            _ = simulation.settle(limit: 100)
            clock.stop()
            _ = simulation.settle(limit: 100)
        }
        #expect(woken.withLock { $0 } == 3)
        #expect(clock.monotonic() == MonotonicTime(nanoseconds: 0))
    }
}
