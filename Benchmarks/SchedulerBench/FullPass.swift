import BenchKit
import LabModel
import LabScheduler
import LabStore

/// One look at the queue when every board is idle: from the end of a pause until all leases are durable.
struct FullPass {
    let boards: Int
    let jobs: Int
    /// Seconds.
    let target: Double

    func run(turns: Int) async throws {
        var times: [Double] = []
        var memory = 0.0
        for turn in 0..<turns {
            Bench.progress("a full pass, \(boards) boards, \(jobs) jobs, \(turn + 1) of \(turns)")
            let (time, resident) = try await once()
            times.append(time)
            memory = max(memory, resident)
        }
        let samples = Samples(times)
        try Bench.report(
            BenchRow(
                "one full pass, \(boards) idle boards, \(jobs) queued jobs, persisted", ours: samples.median * 1000,
                unit: "ms", target: "under \(Int(target * 1000)) ms", excess: samples.median / target,
                note:
                    "\(turns) runs, \(rounded(samples.least * 1000)) to \(rounded(samples.most * 1000)) ms; 20 types, "
                    + "20 submitters; LAVA's tick at 1,000 x 10,000: 19 to 23 s"))
        try Bench.report(
            BenchRow(
                "memory of a lab of \(boards) boards, \(jobs) queued jobs", ours: memory, unit: "MiB",
                target: "under 500 MiB", excess: memory / 500,
                note: "resident, store and model boards included, most of \(turns) runs"))
    }

    private func once() async throws -> (time: Double, resident: Double) {
        let lab = try await BenchLab(boards: boards, jobs: jobs)
        let pause = PauseReason(name: "bench", text: "not yet")
        await lab.scheduler.pause(pause)
        let time = try await lab.running {
            // The queue is in memory when it has answered.
            _ = try await lab.scheduler.queue(limit: 1)
            var commits = lab.store.eventCommits().makeAsyncIterator()
            let start = Cost.now
            await lab.scheduler.resume(pause.name)
            _ = await commits.next()
            let time = Cost.now - start
            let leases = try await lab.store.leases().count
            guard leases == boards else { throw Failure(.bug, "\(leases) of \(boards) boards were given") }
            return time
        }
        let resident = Resident.mebibytes
        try await lab.remove()
        return (time, resident)
    }
}
