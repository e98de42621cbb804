import BenchKit
import Foundation

/// A whole job beside the bare machine.
struct JobRows {
    let turns: Int

    private struct Turn {
        var wall: Double
        var exec: Double
        var processor: Double
        /// Of the emulator.
        var emulator: Double
    }

    func report() throws {
        let machine = try BareMachine()
        let lab = try LabUnderTest()
        defer { lab.stop() }
        Bench.progress("jobs beside the bare machine, \(turns) turns")
        let (floors, jobs) = try interleaved(machine, lab)
        let more = Samples(zip(jobs, floors).map { $0.wall - $1.wall })
        let (floor, ours) = (Samples(floors.map(\.wall)), Samples(jobs.map(\.wall)))
        try Bench.report(
            BenchRow(
                "job wall, submit to finished", floorName: "the same QEMU by a bare script", floor: floor.median,
                ours: ours.median, unit: "s", target: "at most 0.3 s more", excess: more.median / 0.3,
                note: """
                    \(turns) turns; more than the floor of the same turn: \(figure(more.median)) s \
                    (\(figure(more.least))–\(figure(more.most))); floor to its prompt \
                    \(figure(Samples(floors.map(\.boot)).median)) s
                    """))
        let processor = Samples(jobs.map(\.processor))
        try Bench.report(
            BenchRow(
                "labd's own processor time for it", ours: processor.median, unit: "CPU-s", target: "at most 0.1",
                excess: processor.median / 0.1,
                note: """
                    user and system of the daemon without its children, \(figure(processor.least))–\
                    \(figure(processor.most)); the emulator took \(figure(Samples(jobs.map(\.emulator)).median)) \
                    CPU-s for the job, \(figure(Samples(floors.map(\.processor)).median)) CPU-s for the bare script
                    """))
        let exec = Samples(jobs.map(\.exec))
        try Bench.report(
            BenchRow(
                "submit to QEMU exec", ours: exec.median, unit: "s", target: "at most 0.15", excess: exec.median / 0.15,
                note: """
                    from the first byte of the POST until a child of labd runs QEMU, seen in /proc within 1 ms; \
                    \(figure(exec.least))–\(figure(exec.most))
                    """))
    }

    private func interleaved(_ machine: BareMachine, _ lab: LabUnderTest) throws -> ([BareMachine.Run], [Turn]) {
        _ = try machine.run()
        _ = try turn(lab)
        var (floors, jobs): ([BareMachine.Run], [Turn]) = ([], [])
        for _ in 0..<turns {
            floors.append(try machine.run())
            jobs.append(try turn(lab))
        }
        return (floors, jobs)
    }

    private func turn(_ lab: LabUnderTest) throws -> Turn {
        let (before, emulatorBefore) = (lab.child.processor, lab.child.childrenProcessor)
        var watch = ExecWatch(parent: lab.child.identifier, program: BareMachine.program)
        let begin = Cost.now
        let job = try lab.client.submit(ReferenceJob.threeCases)
        let events = try lab.client.events(of: job)
        while !watch.look() {
            guard Cost.now - begin < 20 else { throw BenchError("job \(job) starts no emulator") }
            usleep(1000)
        }
        let exec = Cost.now - begin
        try lab.client.awaitEnd(events)
        let wall = Cost.now - begin
        // What it still tidies up belongs to the job.
        usleep(100_000)
        let processor = lab.child.processor - before
        let emulator = lab.child.childrenProcessor - emulatorBefore
        try lab.client.checkComplete(job)
        return Turn(wall: wall, exec: exec, processor: processor, emulator: emulator)
    }
}

/// A number for a note.
func figure(_ value: Double) -> String { String(format: "%.3g", value) }
