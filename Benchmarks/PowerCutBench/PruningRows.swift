import BenchKit
import LabModel
import PowerCut

/// How long it takes to find out that a state has to be booted, or need not be.
struct PruningRows {
    private static let writes = 10_000
    private static let representatives = 1000
    private static let sectors = 100_000
    private static let questions = 200

    func report() throws {
        Bench.progress("deciding states with \(Self.representatives) representatives")
        let folder = try TemporaryFolder()
        let space = try SampleTrace.fresh(count: Self.writes, in: folder.path)
        var index = PruningIndex(space)
        let building = try Cost.of {
            for number in 0..<Self.representatives {
                let state = try CrashState(.prefix(number * Self.writes / Self.representatives), in: space)
                index.add(
                    Representative(
                        state: state, facts: TrialFacts(end: .alive), log: log(number), recording: BootRecording()))
            }
        }
        var chance = SampleTrace.Chance(state: 55_555_555_555)
        var (times, found): ([Double], Int) = ([], 0)
        for question in 0..<Self.questions {
            let cut = Int.random(in: 0...Self.writes, using: &chance)
            // Torn states are compared sector by sector where they are torn.
            let id =
                question % 4 == 3 && cut < Self.writes
                ? StateID(StateID.Cut(writes: cut, torn: .first(1 + question % 15))) : StateID.prefix(cut)
            var match: Int?
            let cost = try Cost.of { match = index.match(try CrashState(id, in: space)) }
            times.append(cost.processor * 1000)
            found += match == nil ? 0 : 1
        }
        let samples = Samples(times)
        try Bench.report(
            BenchRow(
                "deciding whether a state is pruned", ours: samples.median, unit: "ms", target: "< 1 ms",
                excess: samples.median,
                note: """
                    \(Self.writes) writes, \(Self.representatives) representatives that read \(Self.sectors) written \
                    sectors each; \(Self.questions) states, \(found) of them pruned, making the state counted in; p99 \
                    \(rounded(samples.quantile(0.99))) ms; adding a representative took \
                    \(rounded(building.processor / Double(Self.representatives) * 1000)) ms
                    """))
    }

    /// Every representative reads what was written around its own cut, so that few other states look the same.
    private func log(_ number: Int) -> ReadLog {
        var runs: [ReadLog.Run] = []
        var blocks = BlockBitmap()
        var left = Self.sectors / 16
        let cut = number * Self.writes / Self.representatives
        var write = (cut + Self.writes - left / 2) % Self.writes
        while left > 0 {
            runs.append(ReadLog.Run(start: write * 32, count: 16))
            for block in write * 4..<write * 4 + 2 { blocks.insert(block: block) }
            write = (write + 1) % Self.writes
            left -= 1
        }
        return ReadLog(runs: runs, blocks: blocks)
    }
}
