import BenchKit
import LabModel
import SimulatedLab

// A week of a large lab, on one core: the real scheduler, journal and SQL, in a time of their own. The floor is that week.
let week = Week(boards: 500, jobs: 200_000)
var report: Week.Report?
let cost = try Cost.of {
    report = try week.run { day, ended in Bench.progress("day \(day) of 7: \(ended) jobs ended") }
}
guard let report, report.complete == week.jobs else {
    throw Failure(.bug, "\(report?.complete ?? 0) of \(week.jobs) jobs ended")
}
let each = (cost.processor / Double(week.jobs) * 1e6).rounded()
try Bench.report(
    BenchRow(
        "a simulated week of a lab of \(week.boards) boards, \(week.jobs) jobs, on one core",
        floorName: "the week itself",
        floor: report.time.inSeconds, ours: (cost.wall * 10).rounded() / 10, unit: "s", target: "at most 180 s",
        excess: cost.wall / 180,
        note: "one run, \(report.steps) steps; processor \(cost.processor.rounded()) s, \(each) us a job"))
