import LabModel

/// Reads the signals of one test block from the console, and has the board send again what was lost.
struct SignalFollower {
    let stage: TestStage
    /// The overlay's root on the board.
    let root: String
    let run: RunContext

    private static let exit = "<LAVA_TEST_RUNNER EXIT>"
    private static let installFail = "<LAVA_TEST_RUNNER INSTALL_FAIL>"
    /// How often lost signals are asked for, and how many at once: a typed line must not grow without bound.
    private static let rounds = 5
    private static let numbersPerRound = 40
    /// How many ticks of 50 ms the runner's last line may come after its last signal.
    private static let exitPatience = 10

    private enum Event: Sendable {
        case chunk(ConsoleChunk)
        case tick
        case deadline
    }

    /// Reads the raw output, so that torn signals can be put together.
    ///
    /// - Returns: whether the installation of a definition failed.
    func stream(_ machine: inout SignalMachine, until deadline: MonotonicTime) async throws -> Bool {
        var scanner = SignalScanner()
        scanner.acceptsKernelEchoes = stage.tests.contains { $0.request.usesKernelMessages }
        var ledger = SignalLedger()
        var words = WordWatch([Self.exit, Self.installFail])
        var ticksAfterDone: Int?
        try await events(until: deadline) { event in
            guard case .chunk(let chunk) = event else {
                ticksAfterDone = ticksAfterDone.map { $0 + 1 }
                return (ticksAfterDone ?? 0) > Self.exitPatience
            }
            let ends = words.feed(chunk.bytes)
            if ends[Self.installFail] != nil { try await noteFailedInstallation() }
            for signal in scanner.feed(chunk.bytes) {
                if signal.name == "DONE" { ticksAfterDone = 0 }
                try await handle(ledger.receive(signal), &machine)
            }
            // The shell's prompt may stand behind the last word already.
            let read = ends[Self.exit] ?? chunk.bytes.count
            run.cursor = ConsoleOffset(rawValue: chunk.offset.rawValue + UInt64(read))
            return ends[Self.exit] != nil
        }
        // Done, and its last line was torn: the prompt has been said, and a comment brings it again.
        if !words.hasSeen(Self.exit) { try await run.sendLine("#", pacing: run.profile.characterDelays.test) }
        try await run.expectPrompt(until: deadline)
        try await resend(&ledger, &machine, until: deadline)
        return words.hasSeen(Self.installFail)
    }

    /// Searches the console for signals and for the definitions' own patterns, in the order they come.
    ///
    /// - Returns: whether the installation of a definition failed.
    func search(_ machine: inout SignalMachine, until deadline: MonotonicTime) async throws -> Bool {
        var installFailed = false
        while true {
            var patterns = [ConsolePattern(Signal.expression), .literal(Self.exit), .literal(Self.installFail)]
            if let rule = machine.parseRule { patterns.append(ConsolePattern(rule.pattern)) }
            let match = try await run.expect(patterns, until: deadline)
            switch match.pattern {
            case 0:
                let bytes = Array(match.text.utf8)
                if let (name, text, number) = SignalForm.protected(bytes) {
                    let signal = ReceivedSignal(name: name, text: text, number: number, integrity: .intact)
                    try await handle([signal], &machine)
                } else if let (name, text) = SignalForm.unprotected(bytes) {
                    let signal = ReceivedSignal(name: name, text: text, number: nil, integrity: .unprotected)
                    try await handle([signal], &machine)
                }
            case 1:
                try await run.expectPrompt(until: deadline)
                return installFailed
            case 2:
                installFailed = true
                try await noteFailedInstallation()
            default: try await run.perform(machine.parsed(match.groups, wall: run.clock.wall()))
            }
        }
    }

    private func handle(_ signals: [ReceivedSignal], _ machine: inout SignalMachine) async throws {
        for signal in signals where signal.name != "DONE" {
            let actions = machine.handle(
                signal.signal, signal.integrity, at: run.clock.monotonic(), wall: run.clock.wall())
            try await run.perform(actions)
        }
    }

    private func noteFailedInstallation() async throws {
        try await run.record(
            ResultRecord(
                suite: "lava", name: "stage_\(stage.number)", result: .fail,
                metadata: ["error_msg": "install.sh failed"], logged: run.clock.wall()))
    }

    // MARK: Output

    /// Hands what happens to `take` until it says that it has enough.
    private func events(until deadline: MonotonicTime, _ take: (Event) async throws -> Bool) async throws {
        let (console, clock, start) = (run.board.console, run.clock, run.cursor)
        // What does not fit is dropped, which costs no result: lost signals are sent again.
        let (events, feed) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(4096))
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { for await chunk in await console.bytes(from: start) { feed.yield(.chunk(chunk)) } }
            group.addTask {
                while true {
                    try await clock.sleep(for: ResultBuffer.patience)
                    feed.yield(.tick)
                }
            }
            group.addTask {
                try await clock.sleep(until: deadline)
                feed.yield(.deadline)
            }
            for await event in events {
                if case .deadline = event {
                    let last = await console.lastLines(1).first?.text
                    throw ConsoleTimeout(patterns: [.literal(Self.exit)], lastLine: last)
                }
                if case .tick = event {
                    try await run.storeDueResults()
                    try run.checkFatalFindings()
                }
                if try await take(event) { return }
            }
            throw CancellationError()
        }
    }

    // MARK: Lost signals

    /// Asks the board how many signals it sent, and for those that did not come.
    private func resend(
        _ ledger: inout SignalLedger, _ machine: inout SignalMachine, until deadline: MonotonicTime
    ) async throws {
        ledger.beginResending()
        var sent: Int?
        var lost: [Int] = []
        for _ in 0..<Self.rounds where ledger.isProtected {
            let numbers = lost.prefix(Self.numbersPerRound).map(String.init).joined(separator: " ")
            try await ask("\(root)/bin/lava-resend \(root)/\(stage.number) \(numbers)", until: deadline) { signal in
                if signal.name == "SENT" { sent = Int(signal.text) ?? sent }
                try await handle(ledger.receive(signal), &machine)
            }
            guard let sent else { continue }
            lost = ledger.missing(upTo: sent)
            if lost.isEmpty { return }
        }
        try await handle(ledger.flush(), &machine)
        if !lost.isEmpty || (ledger.isProtected && sent == nil) { try await noteLoss(lost) }
    }

    /// Types a line and reads the signals that it prints, until the shell is back.
    private func ask(
        _ line: String, until deadline: MonotonicTime, _ take: (ReceivedSignal) async throws -> Void
    ) async throws {
        try await run.sendLine(line, pacing: run.profile.characterDelays.test)
        var patterns = [ConsolePattern(Signal.expression)] + run.promptPatterns
        patterns.removeAll { $0.expression.isEmpty }
        while true {
            let match = try await run.expect(patterns, until: deadline)
            guard match.pattern == 0 else { return }
            guard let (name, text, number) = SignalForm.protected(Array(match.text.utf8)) else { continue }
            try await take(ReceivedSignal(name: name, text: text, number: number, integrity: .intact))
        }
    }

    /// Says that results may be missing: a pass nobody saw is no pass.
    private func noteLoss(_ lost: [Int]) async throws {
        let what = lost.isEmpty ? "how many signals the board sent is not known" : "\(lost.count) signals were lost"
        run.log.warning("\(what); results of this block may be missing")
        try await run.record(
            ResultRecord(
                suite: "lava", name: "signals_\(stage.number)", result: .fail, metadata: ["error_msg": .string(what)],
                logged: run.clock.wall()))
    }
}

/// Finds fixed words in a stream, across the borders of its chunks.
private struct WordWatch {
    private let words: [String]
    private var tail: [UInt8] = []
    private var seen: Set<String> = []

    init(_ words: [String]) {
        self.words = words
    }

    func hasSeen(_ word: String) -> Bool { seen.contains(word) }

    /// - Returns: the words that these bytes complete, and where in the bytes each ends.
    mutating func feed(_ bytes: [UInt8]) -> [String: Int] {
        let text = tail + bytes
        var ends: [String: Int] = [:]
        for word in words {
            guard let range = text.firstRange(of: Array(word.utf8)), range.upperBound > tail.count else { continue }
            ends[word] = range.upperBound - tail.count
        }
        seen.formUnion(ends.keys)
        tail = Array(text.suffix((words.map(\.utf8.count).max() ?? 1) - 1))
        return ends
    }
}
