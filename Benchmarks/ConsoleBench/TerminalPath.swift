import BenchKit
import Foundation
import NIOCore
import NIOPosix
import SerialConsole

/// The whole path through a pseudo-terminal beside a channel that reads the same and throws it away.
func terminalPathRows() async throws {
    let bed = try ConsoleBed()
    defer { bed.remove() }
    try await terminalPathRow("line by line", in: bed, size: 4 << 20, piece: 62)
    try await terminalPathRow("in blocks", in: bed, size: 16 << 20, piece: 65_536)
}

private func terminalPathRow(_ name: String, in bed: ConsoleBed, size: Int, piece: Int) async throws {
    Bench.progress("console path through a pty, \(name)")
    let log = BootLog.make(count: size) + Array("/ # ".utf8)
    let megabytes = Double(log.count) / 1e6
    let (floors, ours) = try await Bench.interleaved(turns: Bench.turns(standard: 15)) {
        try await discarded(log, piece: piece)
    } ours: {
        let terminal = try Terminal()
        let watched = try await bed.open("terminal", isFollowed: false)
        try await watched.console.attach(.tty(terminal.path, baud: 0))
        var writing = 0.0
        let cost = await Cost.of {
            writing = await terminal.sayAside(log, piece: piece)
            _ = await watched.prompt.value
        }
        try await watched.close(expecting: log.count)
        return megabytes / (cost.processor - writing)
    }
    let (floor, path) = (Samples(floors), Samples(ours))
    // Neighbours in time met the same machine: their ratios scatter less than the figures.
    let ratio = Samples(zip(ours, floors).map { $0 / $1 })
    try Bench.report(
        BenchRow(
            "console path through a pty, \(name)", floorName: "a NIO channel that reads the same pty and discards",
            floor: floor.median, ours: path.median, unit: "MB/CPU-s", target: "at least 0.7 x",
            excess: 0.7 / ratio.median,
            note: "\(ConsoleBed.fewPatterns) patterns, lines split and stamped, transcript; \(Int(megabytes)) MB written \(piece) "
                + "bytes a call by a thread whose processor time counts on neither side; "
                + "ratio of neighbouring turns \(milliseconds(ratio.median)) "
                + "(\(milliseconds(ratio.least))…\(milliseconds(ratio.most))), "
                + "floor \(Int(floor.least))…\(Int(floor.most)), ours \(Int(path.least))…\(Int(path.most)) "
                + "in \(ours.count) turns"))
}

/// MB per processor second of a channel that only reads.
private func discarded(_ log: [UInt8], piece: Int) async throws -> Double {
    let terminal = try Terminal()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let end = loop.makePromise(of: Void.self)
    let channel = try await NIOPipeBootstrap(group: loop)
        .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Discarding(log.count, end))
            }
        }
        .takingOwnershipOfDescriptor(inputOutput: try terminal.openSlave()).get()
    var writing = 0.0
    let cost = try await Cost.of {
        writing = await terminal.sayAside(log, piece: piece)
        try await end.futureResult.get()
    }
    try await channel.close()
    return Double(log.count) / 1e6 / (cost.processor - writing)
}

private final class Discarding: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var left: Int
    private let end: EventLoopPromise<Void>

    init(_ count: Int, _ end: EventLoopPromise<Void>) {
        left = count
        self.end = end
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        left -= unwrapInboundIn(data).readableBytes
        if left <= 0 { end.succeed() }
    }
}
