import LabModel

/// Reads the signals of one test block from the console, and has the board send again what was lost.
struct SignalFollower {
    private static let exit = "<LAVA_TEST_RUNNER EXIT>"
    private static let installFail = "<LAVA_TEST_RUNNER INSTALL_FAIL>"
    /// How long the runner's last line may come after its last signal.
    private static let exitPatience = Duration.milliseconds(500)
    /// How long the console is silent before an unprotected signal is no part of a torn one any more.
    private static let pause = Duration.seconds(1)
    /// How long the console is silent behind a prompt before the board is asked whether the runner is still there.
    private static let silence = Duration.seconds(5)
    /// How long a prompt is waited for before another is asked for: the first may have come damaged.
    private static let promptPatience = Duration.seconds(5)

    private let stage: TestStage
    /// The overlay's root on the board.
    private let root: String
    private let run: RunContext
    private var machine: SignalMachine
    /// Whether any definition has begun.
    private(set) var hasBegun = false
    private var intake: SignalIntake
    private var parsed: ParsedOutput
    private var desk: GroupDesk
    private var words = WordWatch([exit, installFail])
    /// Where the intake has read up to on the console.
    private var place: ConsoleOffset
    private var lineStart: ConsoleOffset
    private var silentSince: MonotonicTime
    private var doneSince: MonotonicTime?

    /// Signals count from where `run` searches now.
    init(stage: TestStage, root: String, run: RunContext) {
        self.stage = stage
        self.root = root
        self.run = run
        machine = SignalMachine(tests: stage.tests)
        intake = SignalIntake(
            from: run.cursor, acceptsKernelEchoes: stage.tests.contains { $0.request.usesKernelMessages })
        parsed = ParsedOutput(from: run.cursor)
        desk = GroupDesk(waitLimit: run.group?.waitLimit)
        (place, lineStart, silentSince) = (run.cursor, run.cursor, run.clock.monotonic())
    }

    /// Follows the runner until it says that it is done, and gets what was lost.
    ///
    /// - Returns: whether the installation of a definition failed.
    mutating func follow(until deadline: MonotonicTime) async throws -> Bool {
        try await withConsoleEvents(of: run, from: place, until: deadline) { event in
            switch event {
            case .chunk(let chunk): try await take(chunk)
            case .tick: try await lookAround()
            }
            return words.hasSeen(Self.exit) || hasWaitedForExit
        }
        run.cursor = place
        try await handle(intake.settle())
        if words.hasSeen(Self.exit), !run.isAhead {
            try await awaitPrompt(until: deadline)
        } else {
            // Done, and its last line was torn or is late: the prompt was said, or is to come.
            try await run.catchUp(pacing: run.profile.characterDelays.test, until: deadline)
        }
        try await fetchLost(until: deadline)
        await withdrawOpenRequests()
        return words.hasSeen(Self.installFail)
    }

    /// The block ends before its time: what waits for lost signals is recorded as far as that goes, and definitions
    /// without an end are failures.
    mutating func abandon() async throws {
        let (rest, loss) = intake.close()
        let hasLoss = !rest.isEmpty && rest.contains { $0.number != nil }
        // What ends a block cannot end it again.
        try await handle(rest.filter { $0.name != "TESTRAISE" })
        await withdrawOpenRequests()
        if hasLoss, let loss { try await note(loss) }
        try await run.perform(machine.close(wall: run.clock.wall()))
    }

    // MARK: While the runner runs

    private mutating func take(_ chunk: ConsoleChunk) async throws {
        let ends = words.feed(chunk.bytes)
        if ends[Self.installFail] != nil { try await noteFailedInstallation() }
        silentSince = run.clock.monotonic()
        if let newline = chunk.bytes.lastIndex(of: UInt8(ascii: "\n")) {
            lineStart = ConsoleOffset(rawValue: chunk.offset.rawValue + UInt64(newline + 1))
        }
        // The shell's prompt may stand behind the last word already.
        try await read(chunk, upTo: ends[Self.exit] ?? chunk.bytes.count)
        if intake.isDone, doneSince == nil { doneSince = silentSince }
        try await attendGroup()
    }

    // MARK: The group

    /// Nobody waits any more for what the block has asked: the next one's requests have the same names.
    private func withdrawOpenRequests() async {
        for token in desk.tokens { _ = await run.group?.withdraw(token: token) }
    }

    /// Passes the test's requests on, and types the answers.
    private mutating func attendGroup() async throws {
        for signal in intake.takeGroupSignals() {
            switch try desk.take(signal, at: run.clock.monotonic()) {
            case .ask(let request, let token):
                run.log.info("\(request.inWords): passed on to the group")
                guard let group = run.group else {
                    try await settle(token, desk.close(token, .refused("this job has no group"), at: silentSince))
                    continue
                }
                await group.ask(request, token: token)
            case .type(let lines): try await type(lines)
            case .nothing: break
            }
        }
        guard desk.hasOpen, let group = run.group else { return }
        let now = run.clock.monotonic()
        for (token, reply) in await group.answers() { try await settle(token, desk.close(token, reply, at: now)) }
        for token in desk.expired(at: now) {
            let missing = await group.withdraw(token: token)
            try await settle(token, desk.expire(token, missing: missing, at: now))
        }
    }

    private mutating func settle(_ token: String, _ closed: GroupDesk.Closed?) async throws {
        guard let closed else { return }
        try await run.perform(
            machine.groupOutcome(token, closed.request, failure: closed.failure, wall: run.clock.wall()))
        try await type(closed.lines)
        if let failure = closed.failure { throw failure }
        run.log.info("\(closed.request.inWords): done")
    }

    private func type(_ lines: [String]) async throws {
        for line in lines { try await run.sendLine(line, pacing: run.profile.characterDelays.test) }
    }

    private mutating func lookAround() async throws {
        let silence = run.clock.monotonic().duration(since: silentSince)
        if silence > Self.pause { try await handle(intake.settle()) }
        try await attendGroup()
        if !intake.hasGap { try await parse(upTo: place, isEnd: false) }
        guard doneSince == nil, silence > Self.silence else { return }
        silentSince = run.clock.monotonic()
        guard try await showsPrompt() else { return }
        // The words that end the block may be what was lost. A test that still runs does not read this line; the shell
        // does after it.
        run.isAhead = true
        try await run.sendLine(request(intake.probe()), pacing: run.profile.characterDelays.test)
    }

    private var hasWaitedForExit: Bool {
        guard let doneSince else { return false }
        return run.clock.monotonic().duration(since: doneSince) > Self.exitPatience
    }

    /// Whether the output ends with a prompt.
    private func showsPrompt() async throws -> Bool {
        let soon = run.clock.monotonic().advanced(by: .milliseconds(100))
        do {
            _ = try await run.board.console.expect(run.promptPatterns, from: lineStart, until: soon)
            return true
        } catch is ConsoleTimeout {
            return false
        }
    }

    // MARK: Lost signals

    /// Asks the board how many signals it sent, and for those that did not come.
    private mutating func fetchLost(until deadline: MonotonicTime) async throws {
        while let numbers = intake.request() {
            try await run.sendLine(request(numbers), pacing: run.profile.characterDelays.test)
            try await awaitPrompt(until: deadline)
            try await readUpToCursor()
        }
        let (rest, loss) = intake.close()
        try await handle(rest)
        if let loss { try await note(loss) }
        hasBegun = machine.hasBegun
        try await run.perform(machine.close(wall: run.clock.wall()))
    }

    private func request(_ numbers: [Int]) -> String {
        "\(root)/bin/lava-resend \(root)/\(stage.number) " + numbers.map(String.init).joined(separator: " ")
    }

    /// Waits for the shell's prompt, and has it printed again when it does not come.
    private func awaitPrompt(until deadline: MonotonicTime) async throws {
        let soon = run.clock.monotonic().advanced(by: Self.promptPatience)
        do {
            try await run.expectPrompt(until: min(soon, deadline))
        } catch let timeout as ConsoleTimeout {
            guard soon < deadline else { throw timeout }
            try await run.catchUp(pacing: run.profile.characterDelays.test, until: deadline)
        }
    }

    private mutating func readUpToCursor() async throws {
        for await chunk in await run.board.console.bytes(from: place) {
            let end = run.cursor.rawValue
            try await read(chunk, upTo: Int(end - min(end, chunk.offset.rawValue)))
            if place >= run.cursor { return }
        }
    }

    // MARK: Signals

    private mutating func read(_ chunk: ConsoleChunk, upTo count: Int) async throws {
        let bytes = chunk.bytes.prefix(count)
        // What the console had no more, and what was dropped on the way here.
        let lost = chunk.offset.rawValue - min(place.rawValue, chunk.offset.rawValue)
        place = ConsoleOffset(rawValue: chunk.offset.rawValue + UInt64(bytes.count))
        try await handle(intake.read(bytes, lost: Int(lost)))
    }

    private mutating func handle(_ signals: [ReceivedSignal]) async throws {
        for (index, signal) in signals.enumerated() {
            let end = signals[index...].first { $0.integrity != .resent }.map(\.end) ?? place
            // Where a lost signal stood is not known. One that begins something counts from the signal before it, any
            // other from the one after it.
            if signal.integrity != .resent || !signal.beginsSomething { try await parse(upTo: end, isEnd: true) }
            try await run.perform(
                machine.handle(signal.signal, signal.integrity, at: run.clock.monotonic(), wall: run.clock.wall()))
        }
    }

    /// Records what the present definition's own pattern finds: in step with its signals.
    private mutating func parse(upTo limit: ConsoleOffset, isEnd: Bool) async throws {
        guard let rule = machine.parseRule else { return parsed.skip(to: limit) }
        for groups in try await parsed.matches(of: rule.pattern, before: limit, isEnd: isEnd, in: run) {
            try await run.perform(machine.parsed(groups, wall: run.clock.wall()))
        }
    }

    // MARK: Rows of the job itself

    private func noteFailedInstallation() async throws {
        try await note("install.sh failed", as: "stage_\(stage.number)")
    }

    /// Says that results may be missing: a pass nobody saw is no pass.
    private func note(_ loss: String) async throws {
        run.log.warning("\(loss); results of this block may be missing")
        try await note(loss, as: "signals_\(stage.number)")
    }

    private func note(_ message: String, as name: String) async throws {
        try await run.record(
            ResultRecord(
                suite: "lava", name: name, result: .fail, metadata: ["error_msg": .string(message)],
                logged: run.clock.wall()))
    }
}
