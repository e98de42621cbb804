import LabModel
import NIOCore
import Testing

@testable import BoardServices

@Suite struct TFTPTransferTests {
    private typealias Window = TFTPTransfer.Window

    private func send(_ first: Int64, _ blocks: Int, _ offset: Int64, _ length: Int) -> [TFTPTransfer.Action] {
        [
            .send(Window(firstBlock: first, blocks: blocks, offset: offset, length: length)),
            .wait(.seconds(1)),
        ]
    }

    private func ack(_ number: UInt16) -> TFTPPacket { .acknowledgement(block: number) }

    @Test func lockStepWithoutOptions() {
        var transfer = TFTPTransfer(options: [], fileSize: 700)
        #expect(transfer.start() == send(1, 1, 0, 512))
        #expect(transfer.received(ack(1)) == send(2, 1, 512, 188))
        #expect(transfer.received(ack(2)) == [.end(.complete)])
        #expect(transfer.received(ack(2)).isEmpty)
        #expect(transfer.timerFired().isEmpty)
    }

    @Test(arguments: [(0, 1), (511, 1), (512, 2), (1024, 3)]) func aFullLastBlockIsFollowedByAnEmptyOne(
        size: Int64, blocks: Int
    ) {
        var transfer = TFTPTransfer(options: [], fileSize: size)
        var actions = transfer.start()
        var count = 0
        var lastLength = -1
        while case .send(let window)? = actions.first {
            count += 1
            lastLength = window.length
            actions = transfer.received(ack(UInt16(window.firstBlock)))
        }
        #expect(actions == [.end(.complete)])
        #expect(count == blocks)
        #expect(lastLength < 512)
    }

    @Test func optionsAreAgreedBeforeData() {
        let options = [
            TFTPOption("blksize", "1468"), TFTPOption("tsize", "0"), TFTPOption("timeout", "5"),
            TFTPOption("windowsize", "4"), TFTPOption("multicast", ""), TFTPOption("blksize", "9"),
        ]
        var transfer = TFTPTransfer(options: options, fileSize: 10_000)
        let agreed = [
            TFTPOption("blksize", "1468"), TFTPOption("tsize", "10000"), TFTPOption("timeout", "5"),
            TFTPOption("windowsize", "4"),
        ]
        #expect(transfer.start() == [.sendOptions(agreed), .wait(.seconds(5))])
        #expect(transfer.received(ack(1)).isEmpty)
        #expect(transfer.timerFired() == [.sendOptions(agreed), .wait(.seconds(5))])
        #expect(
            transfer.received(ack(0)) == [
                .send(Window(firstBlock: 1, blocks: 4, offset: 0, length: 5872)), .wait(.seconds(5)),
            ])
    }

    @Test(arguments: ["7", "65465", "x", "-1", "", "99999999999999999999"])
    func senselessValuesAreNotAgreed(value: String) {
        var transfer = TFTPTransfer(options: [TFTPOption("blksize", value)], fileSize: 10)
        #expect(transfer.start() == send(1, 1, 0, 10))
    }

    @Test func aDoubledAcknowledgementDoublesNothing() {
        var transfer = TFTPTransfer(options: [], fileSize: 5000)
        _ = transfer.start()
        #expect(transfer.received(ack(1)) == send(2, 1, 512, 512))
        #expect(transfer.received(ack(1)).isEmpty)
        #expect(transfer.received(ack(0)).isEmpty)
        #expect(transfer.received(ack(9)).isEmpty)
        #expect(transfer.received(ack(2)) == send(3, 1, 1024, 512))
    }

    @Test func aLostBlockIsSentAgainUntilPatienceEnds() {
        var transfer = TFTPTransfer(options: [], fileSize: 100)
        let block = transfer.start()
        for _ in 0..<TFTPTransfer.maximumRetries { #expect(transfer.timerFired() == block) }
        #expect(transfer.timerFired() == [.sendError(.undefined("no answer")), .end(.timedOut)])
    }

    @Test func progressRenewsPatience() {
        var transfer = TFTPTransfer(options: [], fileSize: 1000)
        _ = transfer.start()
        for _ in 0..<TFTPTransfer.maximumRetries { _ = transfer.timerFired() }
        _ = transfer.received(ack(1))
        #expect(transfer.timerFired() == send(2, 1, 512, 488))
    }

    @Test func aGapInAWindowIsFilledFromItsStart() {
        var transfer = TFTPTransfer(options: [TFTPOption("windowsize", "4")], fileSize: 10_000)
        _ = transfer.start()
        #expect(transfer.received(ack(0)) == send(1, 4, 0, 2048))
        // Block 3 was lost: the board acknowledges 2.
        #expect(transfer.received(ack(2)) == send(3, 4, 1024, 2048))
        // Block 3 was lost again: the answer to the first repetition is the last one, the timer does the rest.
        #expect(transfer.received(ack(2)) == send(3, 4, 1024, 2048))
        #expect(transfer.received(ack(2)).isEmpty)
        #expect(transfer.received(ack(6)) == send(7, 4, 3072, 2048))
    }

    @Test func aWindowIsBounded() {
        var transfer = TFTPTransfer(options: [TFTPOption("windowsize", "65535")], fileSize: 1 << 30)
        #expect(transfer.start().first == .sendOptions([TFTPOption("windowsize", "64")]))
    }

    @Test(arguments: [1, 4]) func blockNumbersWrap(window: Int) throws {
        let size: Int64 = 512 * 70_000 + 3
        var transfer = TFTPTransfer(options: [TFTPOption("windowsize", String(window))], fileSize: size)
        _ = transfer.start()
        var actions = transfer.received(ack(0))
        var expected: Int64 = 0
        while case .send(let run)? = actions.first {
            #expect(run.offset == expected)
            expected = run.offset + Int64(run.length)
            let last = run.firstBlock + Int64(run.blocks) - 1
            actions = transfer.received(ack(UInt16(truncatingIfNeeded: last)))
        }
        #expect(expected == size)
        #expect(actions == [.end(.complete)])
    }

    /// A network that loses and doubles, driven by a fixed sequence: whatever happens, the file arrives in order.
    @Test(arguments: [1, 3, 8], [UInt64(1), 2, 3, 4, 5])
    func theFileArrivesOverABadNetwork(window: Int, seed: UInt64) {
        var random = seed
        func chance(_ outOf: UInt64) -> Bool {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (random >> 33) % outOf == 0
        }
        let size: Int64 = 512 * 300 + 77
        var transfer = TFTPTransfer(options: [TFTPOption("windowsize", String(window))], fileSize: size)
        var actions = transfer.start()
        var got: Int64 = 0
        var hasOptions = false
        var steps = 0
        var outcome: TFTPTransfer.Outcome?
        while outcome == nil, steps < 100_000 {
            steps += 1
            var replies: [UInt16] = []
            for action in actions {
                switch action {
                case .sendOptions where !chance(10):
                    hasOptions = true
                    replies.append(0)
                case .send(let run):
                    for index in 0..<run.blocks where !chance(10) {
                        let block = run.firstBlock + Int64(index)
                        if block == got + 1 { got = block }
                        if index == run.blocks - 1 || block > got { replies.append(UInt16(truncatingIfNeeded: got)) }
                    }
                case .end(let end): outcome = end
                case .sendOptions, .wait, .sendError: break
                }
            }
            actions = []
            for reply in replies where hasOptions && !chance(10) {
                actions += transfer.received(ack(reply))
                if chance(6) { actions += transfer.received(ack(reply)) }
            }
            if actions.isEmpty, outcome == nil { actions = transfer.timerFired() }
        }
        #expect(outcome == .complete)
        #expect(got == size / 512 + 1)
    }

    @Test func aBoardMayEndIt() {
        var transfer = TFTPTransfer(options: [TFTPOption("tsize", "0")], fileSize: 100)
        _ = transfer.start()
        let error = TFTPError(code: 8, message: "only the size")
        #expect(transfer.received(.error(error)) == [.end(.refused(error))])
    }
}

@Suite struct TFTPPacketTests {
    @Test func requestsAreReadAndWritten() {
        let request = TFTPReadRequest(
            fileName: "7/token/Image", options: [TFTPOption("blksize", "1468"), TFTPOption("tsize", "0")])
        var buffer = ByteBuffer()
        TFTPPacket.readRequest(request).write(to: &buffer)
        #expect(TFTPPacket(buffer) == .readRequest(request))
    }

    @Test(arguments: [
        [], [0], [0, 1], [0, 1, 65], [0, 1, 65, 0], [0, 1, 65, 0, 111, 0, 98, 0], [0, 9, 0, 0], [0, 4, 1],
        [0, 1] + [UInt8](repeating: 65, count: 2000) + [0, 111, 0],
    ])
    func brokenPacketsAreMalformed(bytes: [UInt8]) {
        #expect(TFTPPacket(ByteBuffer(bytes: bytes)) == .malformed)
    }
}
