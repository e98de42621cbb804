import LabModel
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import VirtualBoards

@Suite struct QMPTests {
    private func line(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func negotiationThenAnswersByNumber() throws {
        var session = QMPSession()
        let actions = try session.receive(line(#"{"QMP": {"version": {}, "capabilities": []}}"#))
        guard case .send(let bytes)? = actions.first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("qmp_capabilities"))
        #expect(try session.receive(line(#"{"return": {}, "id": 1}"#)) == [.ready])
        let (number, _) = session.command("query-status", arguments: nil)
        let answer = try session.receive(line(#"{"return": {"running": true}, "id": \#(number)}"#))
        #expect(answer == [.answer(number, .success(["running": true]))])
    }

    @Test func eventsAndRefusals() throws {
        var session = QMPSession()
        #expect(
            try session.receive(line(#"{"event": "SHUTDOWN", "data": {"guest": true}, "timestamp": {}}"#))
                == [.event("SHUTDOWN", ["guest": true])])
        let refusal = #"{"id": 9, "error": {"class": "CommandNotFound", "desc": "no"}}"#
        #expect(
            try session.receive(line(refusal))
                == [.answer(9, .failure(QMPError(errorClass: "CommandNotFound", text: "no")))])
    }

    @Test(arguments: ["", "[]", "{", "{\"a\": 1}", "\u{0}"])
    func nonsenseIsAFailure(_ text: String) {
        #expect(throws: Failure.self) {
            var session = QMPSession()
            _ = try session.receive(line(text))
        }
    }

    @Test func linesComeWholeHoweverTheyAreCut() throws {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(LineDecoder()))
        for piece in ["ab", "c\r\nde", "f\n\n", "rest"] { try channel.writeInbound(ByteBuffer(string: piece)) }
        var lines: [String] = []
        while let line = try channel.readInbound(as: ByteBuffer.self) { lines.append(String(buffer: line)) }
        #expect(lines == ["abc", "def", ""])
        _ = try channel.finish()
    }

    @Test func anEndlessLineIsRefused() throws {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(LineDecoder()))
        #expect(throws: LineDecoder.LineTooLong.self) {
            try channel.writeInbound(ByteBuffer(repeating: 65, count: LineDecoder.limit + 1))
        }
        _ = try? channel.finish()
    }

    @Test func theClientSpeaksWithWhoeverConnectsFirst() async throws {
        try await withServices { _, folder in
            let (client, listener) = try await QMPClient.listen(at: folder + "/q") { _, _ in }
            let emulator = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            ByteToMessageHandler(LineDecoder()), FakeEmulator(),
                        ])
                    }
                }
                .connect(unixDomainSocketPath: folder + "/q").get()
            try await client.waitUntilReady()
            #expect(try await client.execute("query-status") == ["running": true])
            try await emulator.close()
            await #expect(throws: Failure.self) { try await client.execute("query-status") }
            try await listener.close()
        }
    }
}

/// Greets, and answers every command with its number.
private final class FakeEmulator: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(string: "{\"QMP\": {}}\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let line = String(buffer: unwrapInboundIn(data))
        let number = line.firstRange(of: "\"id\":").map { line[$0.upperBound...].prefix { $0.isNumber } } ?? "0"
        context.writeAndFlush(
            NIOAny(ByteBuffer(string: "{\"return\": {\"running\": true}, \"id\": \(number)}\n")), promise: nil)
    }
}
