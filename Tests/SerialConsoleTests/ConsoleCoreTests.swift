import LabModel
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import SerialConsole

@Suite struct ConsoleCoreTests {
    /// A console on a channel and a loop that the test drives, in this thread.
    private final class Bench {
        let loop = EmbeddedEventLoop()
        let clock = ManualClock()
        let core: ConsoleCore
        let channel: EmbeddedChannel

        init() throws {
            core = try ConsoleCore(name: "uart0", eventLoop: loop, clock: clock, transcript: nil)
            channel = EmbeddedChannel(handler: ConsoleHandler(core: core), loop: loop)
            try channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
        }

        deinit {
            _ = core.close()
            _ = try? channel.finish(acceptAlreadyClosed: true)
        }

        func type(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

        func pass(_ time: Duration) {
            clock.advance(by: time)
            loop.advanceTime(by: .nanoseconds(time.nanoseconds))
        }
    }

    /// Counts what an action was told.
    private final class Firings: Sendable {
        let all = Mutex<[TriggerFiring]>([])
        var count: Int { all.withLock(\.count) }
    }

    private func database(_ expression: String) throws -> PatternDatabase {
        try PatternDatabase([ConsolePattern(expression)])
    }

    @Test func armedActionRunsInsideTheRead() throws {
        let bench = try Bench()
        let firings = Firings()
        _ = try bench.core.arm(database("copying block 7"), from: .start, delay: .zero) { firing in
            firings.all.withLock { $0.append(firing) }
        }
        try bench.type("copying blo")
        #expect(firings.count == 0)
        try bench.type("ck 7 of 9, copying block 7")
        #expect(firings.count == 1, "without any turn of the loop")
        try bench.type("copying block 7")
        bench.pass(.seconds(1))
        #expect(firings.count == 1)
        let firing = firings.all.withLock { $0.first }
        #expect(firing?.match?.end.rawValue == 15)
        #expect(firing?.due == firing?.match?.at)
    }

    @Test func armedActionWaitsForItsDelay() throws {
        let bench = try Bench()
        let firings = Firings()
        _ = try bench.core.arm(database("go"), from: .start, delay: .milliseconds(30)) { firing in
            firings.all.withLock { $0.append(firing) }
        }
        try bench.type("go")
        bench.pass(.milliseconds(29))
        #expect(firings.count == 0)
        bench.pass(.milliseconds(1))
        #expect(firings.count == 1)
        #expect(firings.all.withLock { $0.first?.due } == bench.clock.monotonic())
    }

    @Test func armedByTimeAloneFiresWithoutOutput() throws {
        let bench = try Bench()
        let firings = Firings()
        _ = try bench.core.arm(nil, from: .start, delay: .seconds(2)) { firing in
            firings.all.withLock { $0.append(firing) }
        }
        bench.pass(.seconds(2))
        #expect(firings.all.withLock { $0.map(\.match) } == [nil])
    }

    @Test func disarmedActionIsNotCalled() throws {
        let bench = try Bench()
        let firings = Firings()
        let action: @Sendable (TriggerFiring) -> Void = { firing in firings.all.withLock { $0.append(firing) } }
        let waiting = try bench.core.arm(database("go"), from: .start, delay: .zero, action: action)
        let delayed = try bench.core.arm(database("go"), from: .start, delay: .seconds(1), action: action)
        bench.core.disarm(waiting)
        try bench.type("go")
        bench.core.disarm(delayed)
        bench.pass(.seconds(5))
        #expect(firings.count == 0)
    }

    @Test func silenceIsNoticedByTheLoop() throws {
        let bench = try Bench()
        let firings = Firings()
        _ = try bench.core.arm(database("login: $"), from: .start, delay: .zero) { firing in
            firings.all.withLock { $0.append(firing) }
        }
        try bench.type("log")
        bench.pass(.milliseconds(10))
        try bench.type("in: ")
        bench.pass(.milliseconds(19))
        #expect(firings.count == 0)
        bench.pass(.milliseconds(1))
        #expect(firings.count == 1)
    }

    @Test func watchAndFollowHearEverythingUntilDisarmed() throws {
        let bench = try Bench()
        let heard = Mutex<[String]>([])
        let watch = try bench.core.watch(database(#"<(\w+)>"#)) { match in
            heard.withLock { $0.append(match.groups["1"] ?? "") }
        }
        let follow = bench.core.follow { lines in heard.withLock { $0 += lines.map(\.text) } }
        try bench.type("<a> <b>\r\nprompt")
        #expect(heard.withLock { $0 } == ["a", "b", "<a> <b>"])
        bench.pass(.milliseconds(100))
        #expect(heard.withLock { $0.last } == "prompt")
        bench.core.disarm(watch)
        bench.core.disarm(follow)
        try bench.type("<c>\n")
        #expect(heard.withLock(\.count) == 4)
    }

    /// Costs PCRE2 more than it may spend, whatever the processor.
    private let costlyText = "x" + String(repeating: "a", count: 2000) + "!\n"

    @Test func armedTriggerThatCostsTooMuchSaysSo() throws {
        let bench = try Bench()
        let firings = Firings()
        let failures = Mutex<[Failure]>([])
        let token = try bench.core.arm(
            database("(?:a+)+(?<!a)!"), from: .start, delay: .zero,
            onFailure: { failure in failures.withLock { $0.append(failure) } },
            action: { firing in firings.all.withLock { $0.append(firing) } })
        try bench.type(costlyText)
        #expect(failures.withLock { $0.map(\.type) } == [.job])
        #expect(failures.withLock { $0.first?.message.contains("costs too much") } == true)
        try bench.type(costlyText)
        bench.core.disarm(token)
        #expect(failures.withLock(\.count) == 1)
        #expect(firings.count == 0)
    }

    @Test func watchOutlivesAPatternThatCostsTooMuch() throws {
        let bench = try Bench()
        let heard = Mutex<[Int]>([])
        let failures = Mutex<[Failure]>([])
        let patterns = try PatternDatabase([ConsolePattern("(?:a+)+(?<!aa)!"), ConsolePattern("panic")])
        let token = try bench.core.watch(
            patterns, onFailure: { failure in failures.withLock { $0.append(failure) } },
            handler: { match in heard.withLock { $0.append(match.pattern) } })
        try bench.type("panic " + costlyText + "panic\n")
        #expect(heard.withLock { $0 } == [1, 1])
        #expect(failures.withLock { $0.map(\.type) } == [.job])
        try bench.type("a!\n")
        #expect(heard.withLock(\.count) == 2, "the costly pattern rests")
        bench.pass(.seconds(11))
        try bench.type("a!\n")
        #expect(heard.withLock { $0 } == [1, 1, 0])
        bench.core.disarm(token)
        try bench.type("panic\n")
        #expect(heard.withLock(\.count) == 3)
    }

    @Test func offsetsGoOnAfterAReconnection() throws {
        let bench = try Bench()
        try bench.type("first")
        bench.core.detached(bench.channel)
        #expect(bench.core.channel == nil)
        bench.core.attached(bench.channel)
        try bench.type("second")
        #expect(bench.core.state.end == 11)
    }
}
