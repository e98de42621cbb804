import BenchKit
import LabModel
import LabScheduler
import LabStore

/// How long until one submission, or one freed board, has led to a durable lease, while very many jobs wait.
struct Reactions {
    let boards: Int
    let jobs: Int
    private let rounds = 400

    func run() async throws {
        let small = try await measure(jobs: 100, textBytes: 1000)
        let full = try await measure(jobs: jobs, textBytes: 1000)
        let large = try await measure(jobs: jobs, textBytes: 100_000)
        try report("a submission", small.submissions, full.submissions, large.submissions)
        try report("a freed board", small.frees, full.frees, large.frees)
    }

    private func report(_ what: String, _ small: Samples, _ full: Samples, _ large: Samples) throws {
        let tail = full.quantile(0.99)
        var row = BenchRow(
            "from \(what) to a durable lease, \(boards) boards, \(jobs) queued jobs", floorName: "100 queued jobs",
            floor: small.median * 1000, ours: full.median * 1000, unit: "ms",
            target: "p50 under 5 ms, p99 under 20 ms, at most 2 x",
            excess: max(full.median / 0.005, tail / 0.020, full.median / small.median / 2),
            note: "\(rounds) each; texts of 100 KB: p50 \(rounded(large.median * 1000)), p99 "
                + "\(rounded(large.quantile(0.99) * 1000)) ms")
        row.tail = tail * 1000
        row.floorTail = small.quantile(0.99) * 1000
        try Bench.report(row)
    }

    private func measure(jobs: Int, textBytes: Int) async throws -> (submissions: Samples, frees: Samples) {
        Bench.progress("reactions with \(jobs) queued jobs of \(textBytes / 1000) KB")
        let lab = try await BenchLab(boards: boards, jobs: boards + jobs, textBytes: textBytes)
        let result = try await lab.running {
            await lab.runner.waitForRuns(boards)
            return (
                Samples(try await submissions(lab, textBytes: textBytes)), Samples(try await frees(lab))
            )
        }
        try await lab.remove()
        return result
    }

    /// A type of its own has the only idle board.
    private func submissions(_ lab: BenchLab, textBytes: Int) async throws -> [Double] {
        var times: [Double] = []
        for round in 0..<rounds {
            var job = BenchLab.job(round, textBytes: textBytes)
            job.plan.deviceType = DeviceTypeName(rawValue: "spare")
            let id = try await lab.store.submit(job)
            await lab.scheduler.jobWasSubmitted()
            _ = await lab.runner.begin(of: id)
            let events = try await lab.store.events(after: 0, job: id, limit: 10)
            times.append(try lab.commits.time(from: .jobSubmitted, to: .jobScheduled, in: events))
            lab.runner.end(id)
            try await lab.finish(of: id)
        }
        return times
    }

    /// A job ends, and its board goes to one that waits.
    private func frees(_ lab: BenchLab) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<rounds {
            guard let job = lab.runner.running.first else { break }
            // As many wait after a round as before it.
            var next = BenchLab.job(0)
            next.plan.deviceType = try await lab.store.job(job)?.deviceType
            _ = try await lab.store.submit(next)
            let before = try await lab.store.queueContents().newest
            let count = lab.runner.count
            lab.runner.end(job)
            await lab.runner.waitForRuns(count + 1)
            let events = try await lab.store.events(after: before, job: nil, limit: 1000)
            times.append(try lab.commits.time(from: .jobFinished, to: .jobScheduled, in: events))
        }
        return times
    }
}
