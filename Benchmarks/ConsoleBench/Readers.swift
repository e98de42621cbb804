import BenchKit
import Foundation
import LabModel
import NIOCore
import NIOPosix
import SerialConsole

/// From a byte of the board to a hundred readers of the raw output.
func readersRow() async throws {
    Bench.progress("byte from the board to 100 readers")
    let bed = try ConsoleBed()
    defer { bed.remove() }
    let (count, turns) = (100, 300)
    let terminal = try Terminal()
    let watched = try await bed.open("readers")
    try await watched.console.attach(.tty(terminal.path, baud: 0))
    let arrivals = (0..<count).map { _ in Arrivals() }
    let readers = arrivals.map { arrivals in
        Task {
            for await _ in await watched.console.bytes(from: .start) { arrivals.came(nanoseconds()) }
        }
    }
    let line = Array("[    1.234567] EXT4-fs (vda): mounted filesystem read-only now\r\n".utf8)
    let relay = try await Relay()
    let (floors, ours) = await Bench.interleaved(turns: turns) {
        let begun = nanoseconds()
        relay.terminal.say(line)
        return Double(await relay.arrivals.next() - begun) / 1e6
    } ours: {
        let begun = nanoseconds()
        terminal.say(line)
        var delays: [Double] = []
        for one in arrivals { delays.append(Double(await one.next() - begun) / 1e6) }
        return delays
    }
    for reader in readers { reader.cancel() }
    try await relay.close()
    try await watched.close(expecting: (turns + 1) * line.count)
    let (floor, delay) = (Samples(floors), Samples(ours.flatMap { $0 }))
    try Bench.report(
        BenchRow(
            "byte from the board to 100 readers", floorName: "pty to one TCP client on loopback", floor: floor.median,
            ours: delay.median, unit: "ms", target: "p50 <= 2, p99 <= 20",
            excess: max(delay.median / 2, delay.quantile(0.99) / 20),
            note: "readers in this process, each with its own task; \(turns) lines; p99 "
                + "\(milliseconds(delay.quantile(0.99))) ms, most \(milliseconds(delay.most)) ms; "
                + "floor p99 \(milliseconds(floor.quantile(0.99))) ms"))
}

/// A pty whose bytes a channel passes on to a TCP client.
private struct Relay {
    let terminal: Terminal
    let arrivals = Arrivals()
    private let channels: [any Channel]

    init() async throws {
        let terminal = try Terminal()
        let group = MultiThreadedEventLoopGroup.singleton
        let accepted = group.any().makePromise(of: (any Channel).self)
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                accepted.succeed(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let address = server.localAddress else { throw BenchFailure("the relay has no address") }
        let arrivals = arrivals
        let client = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Arriving(arrivals))
                }
            }
            .connect(to: address).get()
        let target = try await accepted.futureResult.get()
        let source = try await NIOPipeBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Passing(target))
                }
            }
            .takingOwnershipOfDescriptor(inputOutput: try terminal.openSlave()).get()
        self.terminal = terminal
        channels = [source, client, target, server]
    }

    func close() async throws {
        for channel in channels { try? await channel.close() }
    }
}

private final class Arriving: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let arrivals: Arrivals

    init(_ arrivals: Arrivals) {
        self.arrivals = arrivals
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { arrivals.came(nanoseconds()) }
}

private final class Passing: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let target: any Channel

    init(_ target: any Channel) {
        self.target = target
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        target.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }
}
