import BenchKit
import LabModel

// What LAVA's scheduler took on the same questions stands in the notes: 19 to 23 s for 1,000 idle boards and 10,000
// queued jobs.
let turns = Bench.turns(standard: 5)
try await FullPass(boards: 1000, jobs: 10_000, target: 0.050).run(turns: turns)
try await FullPass(boards: 10_000, jobs: 100_000, target: 1).run(turns: max(1, min(turns, 3)))
try await Reactions(boards: 1000, jobs: 10_000).run()
