import BenchKit
import Foundation
import Glibc
import LabWire

/// From a marker on the console to the board's power going away.
struct CutRows {
    let cuts: Int

    func report() throws {
        try standIn()
        try qemu()
    }

    /// Seen from outside, with a board that tells the time until it is killed.
    private func standIn() throws {
        Bench.progress("\(cuts) power cuts of a stand-in")
        let bed = try StandInLab("cuts")
        defer { bed.lab.stop() }
        let floor = Samples(try Self.roundTrips(2000))
        _ = try run(ReferenceJob.cuts(cuts), on: bed.lab)
        let lengths = Samples(try Stamps(path: bed.folder.path + "/stamps").lengths)
        guard lengths.sorted.count == cuts else { throw BenchError("\(lengths.sorted.count) cuts instead of \(cuts)") }
        try Bench.report(
            BenchRow(
                "marker on the console to power-off", floorName: "pipe round trip between two threads",
                floor: floor.median, ours: lengths.median, unit: "ms", target: "p50 <= 2, p99 <= 10",
                excess: max(lengths.median / 2, lengths.quantile(0.99) / 10),
                note: """
                    \(cuts) cuts of a process at QEMU's sockets, which notes when it writes the marker and then the time \
                    until SIGKILL ends it; p99 \(figure(lengths.quantile(0.99))), most \(figure(lengths.most)) ms; \
                    floor p99 \(figure(floor.quantile(0.99))) ms
                    """))
    }

    /// By labd's own clock, with the real thing.
    private func qemu() throws {
        let count = max(5, cuts / 10)
        Bench.progress("\(count) power cuts of QEMU")
        let lab = try LabUnderTest()
        defer { lab.stop() }
        let records = try run(ReferenceJob.cuts(count), on: lab)
        let times = Samples(records.compactMap(\.commandLatency).map { $0 * 1000 })
        try Bench.report(
            BenchRow(
                "the same with QEMU, by labd's clock", ours: times.median, unit: "ms", target: "p50 <= 2",
                excess: times.median / 2,
                note: """
                    \(count) cuts; from the reading of the marker's last byte to the return of the call that kills QEMU; \
                    most \(figure(times.most)) ms
                    """))
    }

    private func run(_ definition: String, on lab: LabUnderTest) throws -> [PowerCutInfo] {
        let job = try lab.client.submit(definition)
        try lab.client.awaitEnd(try lab.client.events(of: job))
        try lab.client.checkComplete(job)
        return try lab.client.request("GET", "/api/v1/jobs/\(job)/results").decoded(JobResults.self).powerCuts
    }

    /// Milliseconds of a byte to another thread and back.
    private static func roundTrips(_ count: Int) throws -> [Double] {
        let (there, back) = (Pipe(), Pipe())
        let (input, output) = (there.fileHandleForReading.fileDescriptor, back.fileHandleForWriting.fileDescriptor)
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while read(input, &byte, 1) == 1, write(output, &byte, 1) == 1 {}
        }
        var byte: UInt8 = 1
        var times: [Double] = []
        for _ in 0..<count {
            let begin = Stamp.now
            guard write(there.fileHandleForWriting.fileDescriptor, &byte, 1) == 1,
                read(back.fileHandleForReading.fileDescriptor, &byte, 1) == 1
            else { throw BenchError("the pipe broke") }
            times.append(Double(Stamp.now - begin) / 1e6)
        }
        // Both ends stay open until here; closing them ends the thread.
        try there.fileHandleForWriting.close()
        return times
    }
}
