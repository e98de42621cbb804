import BenchKit
import Foundation
import Glibc

/// From a board's byte to many readers of the live log.
struct LogRows {
    let readers: Int
    private let lines = 300
    private let pause = 5000

    func report() throws {
        Bench.progress("\(readers) readers of a live log")
        let bed = try StandInLab("lines", onTCP: true)
        defer { bed.lab.stop() }
        guard mkfifo(bed.folder.path + "/go", 0o600) == 0 else { throw BenchError("mkfifo") }
        let job = try bed.lab.client.submit(ReferenceJob.boot)
        let sockets = try (0..<readers).map { _ in
            try bed.lab.client.open("GET", "/api/v1/jobs/\(job)/logs?follow=1")
        }
        var crowd = StampReaders(sockets)
        // Every reader has seen the board's first words before anything is measured.
        try crowd.read(until: { $0.bytes > 0 && $0.isSilent })
        let (floor, before) = (Samples(try Floor.delays(lines, pause: pause)), bed.lab.child.exactProcessor)
        let go = try Descriptor(open(bed.folder.path + "/go", O_WRONLY), "go")
        try go.write("\(lines) \(pause)\n".utf8)
        try crowd.read(until: { $0.stamps == lines })
        let processor = bed.lab.child.exactProcessor - before
        let delays = Samples(crowd.delays)
        try bed.lab.client.checkEnds(job)
        try Bench.report(
            BenchRow(
                "byte from the board to \(readers) readers", floorName: "pty to one TCP reader", floor: floor.median,
                ours: delays.median, unit: "ms", target: "p50 <= 2, p99 <= 20",
                excess: max(delays.median / 2, delays.quantile(0.99) / 20),
                note: """
                    \(lines) lines, one every \(pause / 1000) ms, from a process at QEMU's console socket, each with the \
                    time of its writing; \(delays.sorted.count) arrivals over TCP, read by one thread; p99 \
                    \(figure(delays.quantile(0.99))), most \(figure(delays.most)) ms; floor p99 \
                    \(figure(floor.quantile(0.99))) ms; labd took \(figure(processor)) CPU-s
                    """))
    }
}

extension LabClient {
    /// Waits until a job has ended well.
    func checkEnds(_ job: Int64) throws {
        try awaitEnd(try events(of: job))
        try checkComplete(job)
    }
}

/// The shortest way from a board to one reader: a terminal, a thread that reads it, a TCP connection.
private enum Floor {
    static func delays(_ count: Int, pause: Int) throws -> [Double] {
        var (master, slave): (CInt, CInt) = (0, 0)
        guard openpty(&master, &slave, nil, nil, nil) == 0 else { throw BenchError("openpty") }
        var settings = termios()
        tcgetattr(slave, &settings)
        cfmakeraw(&settings)
        tcsetattr(slave, TCSANOW, &settings)
        let (listener, port) = try Descriptor.listener()
        let reader = try Descriptor.loopback(port)
        let sender = try Descriptor(accept(listener.number, nil, nil), "accept")
        let (source, target) = (slave, sender.number)
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = read(source, &buffer, buffer.count), count > 0 {
                guard write(target, buffer, count) == count else { return }
            }
        }
        let board = try Descriptor(master, "pty")
        var crowd = StampReaders([reader])
        for number in 1...count {
            try board.write("stamp \(Stamp.now) of a line as long as boards print them, more or less\n".utf8)
            try crowd.read(until: { $0.stamps == number })
            usleep(UInt32(pause))
        }
        return crowd.delays
    }
}
