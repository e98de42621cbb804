import BenchKit
import Foundation

/// What labd costs while nobody asks for anything, and how soon it answers.
struct IdleRows {
    static let idleSeconds = 20.0

    func report() throws {
        try idle()
        try start()
        try startFull()
    }

    private func idle() throws {
        let lab = try LabUnderTest()
        defer { lab.stop() }
        // The first moments are not idleness.
        Thread.sleep(forTimeInterval: 3)
        Bench.progress("idle for \(Int(Self.idleSeconds)) s")
        let (begin, before) = (Cost.now, lab.child.exactProcessor)
        Thread.sleep(forTimeInterval: Self.idleSeconds)
        let share = (lab.child.exactProcessor - before) / (Cost.now - begin) * 100
        let children = Proc.processes().filter { Proc.isChild($0, of: lab.child.identifier) }.count
        let resident = lab.child.resident
        try Bench.report(
            BenchRow(
                "idle: resident memory", ours: resident, unit: "MiB", target: "one process, at most 64",
                excess: children == 0 ? resident / 64 : 2,
                note: "\(1 + children) process; a job has not run yet; four boards"))
        try Bench.report(
            BenchRow(
                "idle: processor", ours: share, unit: "% of a core", target: "at most 0.05", excess: share / 0.05,
                note: "over \(Int(Self.idleSeconds)) s, by the scheduler's own count"))
    }

    private func start() throws {
        Bench.progress("start with an empty state folder")
        var times: [Double] = []
        for _ in 0..<9 {
            let lab = try LabUnderTest()
            times.append(lab.startTime * 1000)
            lab.stop()
        }
        let samples = Samples(times)
        try Bench.report(
            BenchRow(
                "start to first answer, empty", ours: samples.median, unit: "ms", target: "at most 50",
                excess: samples.median / 50,
                note: "from fork to the answer to GET /api/v1/system, \(times.count) starts, "
                    + "\(figure(samples.least))–\(figure(samples.most))"))
    }

    /// With the state folder that `StoreBench fill` makes.
    private func startFull() throws {
        let folder = try TemporaryFolder()
        let wanted = ProcessInfo.processInfo.environment["LABD_BENCH_RESULTS"].flatMap { Int($0) } ?? 10_000_000
        Bench.progress("filling a state folder with \(wanted) results")
        let fill = try Child(LabUnderTest.programs + "/StoreBench", ["fill", folder.path, "\(wanted)"])
        fill.process.waitUntilExit()
        guard fill.process.terminationStatus == 0 else { throw BenchError("StoreBench fill failed") }
        var times: [Double] = []
        for _ in 0..<5 {
            let lab = try LabUnderTest(state: folder.path)
            times.append(lab.startTime * 1000)
            lab.stop()
        }
        let samples = Samples(times)
        try Bench.report(
            BenchRow(
                "start to first answer, \(wanted) results", ours: samples.median, unit: "ms", target: "at most 200",
                excess: samples.median / 200,
                note: "\(times.count) starts, \(figure(samples.least))–\(figure(samples.most))"))
    }
}
