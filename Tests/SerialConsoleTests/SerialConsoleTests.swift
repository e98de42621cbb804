import CSerial
import Foundation
import LabModel
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import SerialConsole

@Suite(.timeLimit(.minutes(5))) struct SerialConsoleTests {
    private let clock = SystemLabClock()
    private let folder: TemporaryFolder
    private let hub: ConsoleHub

    init() throws {
        folder = try TemporaryFolder()
        hub = ConsoleHub(
            group: MultiThreadedEventLoopGroup.singleton, clock: SystemLabClock(), transcripts: folder.path)
    }

    private var soon: MonotonicTime { clock.monotonic().advanced(by: .seconds(20)) }

    /// The other end of a console: a program that connects and talks.
    private func board(_ path: String) async throws -> any Channel {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: path).get()
    }

    private func say(_ text: String, _ channel: any Channel) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Waits for the console's own reading, without a guess at its speed.
    private func read(_ console: SerialConsole, upTo end: UInt64) async {
        while await console.end().rawValue < end { await Task.yield() }
    }

    @Test func boardThatReconnectsGoesOnWithTheOffsets() async throws {
        let console = try await hub.open(name: "uart0", transcriptFolder: "job-1")
        let path = folder.path + "/uart0.sock"
        try await console.attach(.unixListener(path))
        await #expect(throws: Failure.self) { try await console.send("x", pacing: .zero) }

        let first = try await board(path)
        try await say("U-Boot\r\n=> ", first)
        let prompt = try await console.expect([ConsolePattern("=> ")], from: .start, until: soon)
        #expect(prompt.end.rawValue == 11)
        try await first.close()

        async let login = console.expect([ConsolePattern("login: $")], from: prompt.end, until: soon)
        let second = try await board(path)
        try await say("Linux\r\nlogin: ", second)
        #expect(try await login.end.rawValue == 25)
        #expect(try await login.line == "login: ")
        #expect(await console.lastActivity() != nil)
        await console.close()

        let transcript = try String(contentsOfFile: #require(console.transcriptPath), encoding: .utf8)
        #expect(transcript == "U-Boot\r\n=> Linux\r\nlogin: ")
        let index = try Data(contentsOf: URL(fileURLWithPath: #require(console.indexPath)))
        let kinds = TranscriptRecord.read(index: Array(index)).map(\.kind)
        #expect(kinds.filter { $0 == .attached }.count == 2)
        #expect(kinds.filter { $0 == .detached }.count == 2)
        #expect(kinds.contains(.line))
        #expect(!kinds.contains(.gap))
    }

    @Test func newConnectionReplacesOneThatDoesNotEnd() async throws {
        let console = try await hub.open(name: "replaced")
        let path = folder.path + "/replaced.sock"
        try await console.attach(.unixListener(path))
        let first = try await board(path)
        try await say("one ", first)
        await read(console, upTo: 4)
        let second = try await board(path)
        try await say("two", second)
        #expect(try await console.expect([ConsolePattern("one two")], from: .start, until: soon).end.rawValue == 7)
        try await console.send("x", pacing: .zero)
        await console.close()
        #expect(!FileManager.default.fileExists(atPath: path))
        try? await first.close()
        try? await second.close()
    }

    @Test func connectsToASocketThatComesLater() async throws {
        let console = try await hub.open(name: "late")
        let path = folder.path + "/late.sock"
        let accepted = Mutex<(any Channel)?>(nil)
        async let attached: Void = console.attach(.unixSocket(path, until: soon))
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { accepted.withLock { $0 = channel } }
            }
            .bind(unixDomainSocketPath: path).get()
        try await attached
        while accepted.withLock({ $0?.isActive }) != true { await Task.yield() }
        try await say("hello\n", #require(accepted.withLock { $0 }))
        #expect(try await console.expect([ConsolePattern("hel+o")], from: .start, until: soon).text == "hello")
        await console.close()
        try await server.close()
    }

    @Test func refusesASocketThatNeverComes() async throws {
        let console = try await hub.open(name: "never")
        let error = await #expect(throws: Failure.self) {
            try await console.attach(.unixSocket(folder.path + "/never.sock", until: clock.monotonic()))
        }
        #expect(error?.type == .infrastructure)
        await console.close()
    }

    @Test func pseudoTerminalTakesPacedTypingAndAnswers() async throws {
        var path = [CChar](repeating: 0, count: 64)
        let master = cserial_pty_open(&path, path.count, nil)
        try #require(master >= 0)
        let port = try await hub.open(name: "port")
        let device = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try await port.attach(.tty(device, baud: 1_500_000))
        let other = try await hub.open(name: "board")
        try await other.attach(.descriptor(master))

        try await port.send("boot\r\n", pacing: .milliseconds(1))
        #expect(try await other.expect([ConsolePattern(#"^boot$"#)], from: .start, until: soon).end.rawValue == 4)
        try await other.send("done\r\n/ # ", pacing: .zero)
        #expect(try await port.expect([ConsolePattern("/ # ")], from: .start, until: soon).end.rawValue == 10)
        // An unfinished line is handed over too once it has waited, as it may have under load.
        #expect(await port.lastLines(5).first?.text == "done")

        await other.close()
        while await port.isAttached() { await Task.yield() }
        await #expect(throws: Failure.self) { try await port.send("x", pacing: .zero) }
        await port.close()
    }

    @Test func speedIsSetAndReadBack() throws {
        var path = [CChar](repeating: 0, count: 64)
        var slave: CInt = -1
        let master = cserial_pty_open(&path, path.count, &slave)
        try #require(master >= 0 && slave >= 0)
        defer {
            close(master)
            close(slave)
        }
        var actual: CUnsignedInt = 0
        #expect(cserial_set_baud(slave, 1_234_567, &actual) == 0)
        #expect(actual == 1_234_567)
        #expect(cserial_get_baud(slave, &actual) == 0 && actual == 1_234_567)
        #expect(cserial_tty_open("/dev/does-not-exist", 0, &actual) == -ENOENT)
        #expect(cserial_set_raw(-1) == -EBADF)
    }

    @Test func deadlineEndsWaitingAndSaysWhatWasSeen() async throws {
        let console = try await hub.open(name: "deadline")
        let path = folder.path + "/deadline.sock"
        try await console.attach(.unixListener(path))
        let board = try await board(path)
        try await say("booting\r\nstuck here", board)
        await read(console, upTo: 19)
        let error = await #expect(throws: ConsoleTimeout.self) {
            try await console.expect(
                [ConsolePattern("login:")], from: .start, until: clock.monotonic().advanced(by: .milliseconds(30)))
        }
        #expect(error?.lastLine == "stuck here")
        #expect(error?.patterns == [ConsolePattern("login:")])
        await #expect(throws: ConsoleTimeout.self) {
            try await console.expect([ConsolePattern("never")], from: .start, until: clock.monotonic())
        }
        let found = try await console.expect([ConsolePattern("boo")], from: .start, until: clock.monotonic())
        #expect(found.end.rawValue == 3, "what is there already is found, however late")
        await console.close()
        try? await board.close()
    }

    @Test func cancellationEndsWaitingAndTyping() async throws {
        let console = try await hub.open(name: "cancel")
        let path = folder.path + "/cancel.sock"
        try await console.attach(.unixListener(path))
        let board = try await board(path)
        while await !console.isAttached() { await Task.yield() }
        for early in [true, false] {
            let waiting = Task { try await console.expect([ConsolePattern("x")], from: .start, until: soon) }
            let typing = Task { try await console.send("slow", pacing: .seconds(30)) }
            if !early { await read(console, upTo: 0) }
            waiting.cancel()
            typing.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            await #expect(throws: CancellationError.self) { try await typing.value }
        }
        await console.close()
        try? await board.close()
    }

    @Test func closingFailsWhatWaits() async throws {
        let console = try await hub.open(name: "closing")
        let waiting = Task { try await console.expect([ConsolePattern("x")], from: .start, until: soon) }
        let reading = Task { await console.bytes(from: .start).reduce(0) { $0 + $1.bytes.count } }
        await console.close()
        let error = await #expect(throws: Failure.self) { try await waiting.value }
        #expect(error?.type == .infrastructure)
        #expect(await reading.value == 0)
    }

    @Test func oldOutputComesFromTheTranscript() async throws {
        let console = try await hub.open(name: "old")
        let path = folder.path + "/old.sock"
        try await console.attach(.unixListener(path))
        let board = try await board(path)
        let filler = String(repeating: "0123456789abcdef\r\n", count: 1024)
        try await say("the marker 42\r\n", board)
        for _ in 0..<48 { try await say(filler, board) }
        let total = UInt64(15 + 48 * filler.utf8.count)
        await read(console, upTo: total)

        let match = try await console.expect([ConsolePattern(#"marker (\d+)"#)], from: .start, until: soon)
        #expect(match.groups["1"] == "42")
        #expect(match.end.rawValue == 13)
        await #expect(throws: ConsoleTimeout.self) {
            try await console.expect(
                [ConsolePattern("marker")], from: match.end, until: clock.monotonic().advanced(by: .milliseconds(200)))
        }
        var bytes: [UInt8] = []
        for await chunk in await console.bytes(from: .start) {
            #expect(chunk.offset.rawValue == UInt64(bytes.count))
            #expect(chunk.lost == 0)
            bytes += chunk.bytes
            if bytes.count >= Int(total) { break }
        }
        #expect(bytes == Array(("the marker 42\r\n" + String(repeating: filler, count: 48)).utf8))
        await console.close()
        try? await board.close()
    }

    @Test func armIsCalledOnceFromOldOutputOrNew() async throws {
        let console = try await hub.open(name: "arm")
        let path = folder.path + "/arm.sock"
        try await console.attach(.unixListener(path))
        let board = try await board(path)
        try await say("copying", board)
        await read(console, upTo: 7)
        let counting = Counter()
        let token = try await console.arm(ConsoleTrigger(pattern: ConsolePattern("copy")), from: .start) { _ in
            counting.add()
        }
        #expect(counting.value == 1, "what is there already fires at once")
        try await say("copying", board)
        await read(console, upTo: 14)
        #expect(counting.value == 1)
        await token.disarm()
        await #expect(throws: Failure.self) {
            _ = try await console.arm(ConsoleTrigger(pattern: ConsolePattern("(")), from: .start) { _ in }
        }
        await console.close()
        try? await board.close()
    }

    @Test(arguments: ["", "../x", "a/b", ".hidden"]) func nameOfAConsoleIsPlain(name: String) async {
        await #expect(throws: Failure.self) { try await hub.open(name: name) }
        await #expect(throws: Failure.self) { try await hub.open(name: "uart0", transcriptFolder: "../up") }
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}
