import Synchronization
import Testing

@testable import LineKeeper

/// Lines that remember.
private final class MemoryLines: LineBackend, Sendable {
    struct Request: Sendable {
        var chip: String
        var offsets: [UInt32]
    }

    struct State {
        var levels: [UInt32: Bool] = [:]
        var moves: [[UInt32: Bool]] = []
        var isGone = false
    }

    let state = Mutex(State())

    func peek(chip: String, offsets: [UInt32]) throws(LineError) -> [Bool] {
        if state.withLock({ $0.isGone }) { throw LineError(errno: 19) }
        return state.withLock { state in offsets.map { state.levels[$0] ?? false } }
    }

    func take(chip: String, offsets: [UInt32], levels: [Bool], drive: UInt8, bias: UInt8) throws(LineError) -> Request {
        if state.withLock({ $0.isGone }) { throw LineError(errno: 19) }
        move(Dictionary(uniqueKeysWithValues: zip(offsets, levels)))
        return Request(chip: chip, offsets: offsets)
    }

    func set(_ lines: Request, _ levels: [Bool]) throws(LineError) {
        if state.withLock({ $0.isGone }) { throw LineError(errno: 19) }
        move(Dictionary(uniqueKeysWithValues: zip(lines.offsets, levels)))
    }

    func get(_ lines: Request, count: Int) throws(LineError) -> [Bool] {
        try peek(chip: lines.chip, offsets: lines.offsets)
    }

    func release(_ lines: Request) {}

    private func move(_ levels: [UInt32: Bool]) {
        state.withLock { state in
            let changes = levels.filter { state.levels[$0.key] != $0.value }
            if !changes.isEmpty { state.moves.append(changes) }
            state.levels.merge(levels) { $1 }
        }
    }
}

@Suite struct KeeperTests {
    private let lines = MemoryLines()

    private func keeper() -> Keeper<MemoryLines> {
        Keeper(backend: lines, identity: KeeperIdentity(instance: "abc", process: 1))
    }

    private static let hold = KeeperRequest.hold(
        KeeperHold(key: "k", chip: "/dev/gpiochip0", levels: [3: true, 4: nil, 5: nil]))

    @Test func takingLinesMovesOnlyThoseThatAreNamed() {
        lines.state.withLock { $0.levels = [3: false, 4: true, 5: false] }
        var keeper = keeper()
        #expect(keeper.handle(Self.hold, at: 0) == .done)
        #expect(lines.state.withLock { $0.moves } == [[3: true]])
        #expect(keeper.handle(.get(key: "k"), at: 0) == .levels([3: true, 4: true, 5: false]))
    }

    @Test func holdingAgainMovesNothing() {
        var keeper = keeper()
        _ = keeper.handle(Self.hold, at: 0)
        _ = keeper.handle(.set(key: "k", levels: [3: false, 5: true]), at: 0)
        let moves = lines.state.withLock { $0.moves.count }
        #expect(keeper.handle(Self.hold, at: 0) == .done)
        #expect(lines.state.withLock { $0.moves.count } == moves)
        #expect(keeper.handle(.get(key: "k"), at: 0) == .levels([3: false, 4: false, 5: true]))
    }

    /// What a chip's driver reads may be wrong; what it was told is not.
    @Test func whatLinesAreDrivenToIsRemembered() {
        var keeper = keeper()
        #expect(keeper.handle(.driven(key: "k"), at: 0) == .refused(errno: 2, reason: "k is not held"))
        _ = keeper.handle(Self.hold, at: 0)
        _ = keeper.handle(.set(key: "k", levels: [4: true]), at: 0)
        lines.state.withLock { $0.levels[4] = false }
        #expect(keeper.handle(.driven(key: "k"), at: 0) == .levels([3: true, 4: true, 5: false]))
        #expect(keeper.handle(.get(key: "k"), at: 0) == .levels([3: true, 4: false, 5: false]))
    }

    @Test func linesOfAGroupMoveInOneCall() {
        var keeper = keeper()
        _ = keeper.handle(Self.hold, at: 0)
        _ = keeper.handle(.set(key: "k", levels: [3: false, 4: true, 5: true]), at: 0)
        #expect(lines.state.withLock { $0.moves.last } == [3: false, 4: true, 5: true])
    }

    @Test func aPulseEndsByItselfAtTheLevelBefore() {
        var keeper = keeper()
        _ = keeper.handle(Self.hold, at: 0)
        #expect(keeper.handle(.pulse(key: "k", offset: 4, level: true, microseconds: 500), at: 1000) == .done)
        #expect(keeper.nextDeadline == 501_000)
        // A second one while the first runs does not take the pulse for the rest.
        #expect(keeper.handle(.pulse(key: "k", offset: 4, level: true, microseconds: 900), at: 2000) == .done)
        keeper.advance(to: 900_000)
        #expect(lines.state.withLock { $0.levels[4] } == true)
        keeper.advance(to: 902_000)
        #expect(lines.state.withLock { $0.levels[4] } == false)
        #expect(keeper.nextDeadline == nil)
    }

    @Test func settingALineEndsItsPulse() {
        var keeper = keeper()
        _ = keeper.handle(Self.hold, at: 0)
        _ = keeper.handle(.pulse(key: "k", offset: 4, level: true, microseconds: 500), at: 0)
        _ = keeper.handle(.set(key: "k", levels: [4: true]), at: 0)
        keeper.advance(to: 1_000_000)
        #expect(lines.state.withLock { $0.levels[4] } == true)
    }

    @Test func aChipThatWasUnpluggedIsTakenAnew() {
        var keeper = keeper()
        _ = keeper.handle(Self.hold, at: 0)
        lines.state.withLock { $0.isGone = true }
        guard case .refused(19, _) = keeper.handle(.get(key: "k"), at: 0) else {
            Issue.record("a chip that is gone was read")
            return
        }
        lines.state.withLock { $0 = MemoryLines.State() }
        let moved = KeeperHold(key: "k", chip: "/dev/gpiochip2", levels: [3: nil, 4: nil, 5: nil])
        // A request on the old chip answers nothing any more; this model cannot tell, so it is made to.
        lines.state.withLock { $0.isGone = true }
        guard case .refused(19, _) = keeper.handle(.hold(moved), at: 0) else {
            Issue.record("lines of a chip that is gone were taken")
            return
        }
        lines.state.withLock { $0.isGone = false }
        #expect(keeper.handle(.hold(moved), at: 0) == .done)
        #expect(keeper.handle(.get(key: "k"), at: 0) == .levels([3: false, 4: false, 5: false]))
    }

    @Test func whatIsHeldIsNotTakenUnderOtherLines() {
        var keeper = keeper()
        _ = keeper.handle(Self.hold, at: 0)
        guard case .refused(16, _) = keeper.handle(.hold(KeeperHold(key: "k", chip: "x", levels: [9: nil])), at: 0)
        else {
            Issue.record("a key changed its lines")
            return
        }
    }

    @Test(arguments: [
        KeeperRequest.hello, .list, .driven(key: "k"), hold, .set(key: "a b|%", levels: [0: true, 63: false]),
        .get(key: ""),
        .pulse(key: "ä", offset: 2, level: false, microseconds: 1), .release(key: "x\ny"),
    ])
    func requestsComeBackAsTheyWent(_ request: KeeperRequest) {
        #expect(!request.line.contains("\n"))
        #expect(KeeperRequest(line: request.line) == request)
    }

    @Test(arguments: [
        KeeperReply.done, .hello(KeeperIdentity(instance: "i", process: 9)), .levels([1: true]),
        .list(["a": [1: false], "b b": nil]), .list([:]), .refused(errno: 16, reason: "is in use"),
    ])
    func repliesComeBackAsTheyWent(_ reply: KeeperReply) {
        #expect(!reply.line.contains("\n"))
        #expect(KeeperReply(line: reply.line) == reply)
    }

    @Test(arguments: [
        "", "hold", "hold k c 0 0 ", "hold k c 3 0 1=1", "hold k c 0 4 1=1", "hold k c 0 0 1=1,1=0", "set k 1=2",
        "set k", "pulse k 1=1 0", "pulse k 1=1,2=1 5", "pulse k 1=1 600000001", "get %zz", "get %ff", "hello you",
    ])
    func nonsenseIsNoRequest(_ line: String) {
        #expect(KeeperRequest(line: line) == nil)
    }
}
