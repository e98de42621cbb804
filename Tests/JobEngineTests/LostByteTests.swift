import FoundationEssentials
import LabModel
import LabSimulation
import Testing

@testable import JobEngine

/// Chance that is the same in every run.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) {
        state = UInt64(seed) &* 0xD134_2543_DE82_EF95
    }

    // SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// The captured run, read as a block reads it, with a board that sends again what it is asked for.
struct Replay {
    var rows: [String] = []
    /// By case, what is told of its signal.
    var told: [String: String] = [:]
    var loss: String?
    var requests = 0

    /// - Parameter answer: what the console brings of the board's answers.
    init(_ output: some Collection<UInt8>, answer: ([Int]) -> [UInt8] = { Array(CapturedRun.answer(to: $0).utf8) }) {
        var intake = SignalIntake()
        var machine = SignalMachine(tests: ["smoke", "second"].enumerated().map { Self.test($0, $1) })
        let (zero, wall) = (MonotonicTime(nanoseconds: 0), WallTime(nanoseconds: 0))
        func handle(_ signals: [ReceivedSignal]) {
            for signal in signals { take(machine.handle(signal.signal, signal.integrity, at: zero, wall: wall)) }
        }
        handle(intake.read(output))
        while let numbers = intake.request() {
            requests += 1
            handle(intake.read(answer(numbers)))
        }
        let (rest, loss) = intake.close()
        handle(rest)
        take(machine.close(wall: wall))
        self.loss = loss
    }

    private mutating func take(_ actions: [SignalMachine.Action]) {
        for action in actions {
            guard case .record(let record) = action else {
                // What is left of a torn signal may still be complained about.
                if case .warn = action { continue }
                rows.append("\(action)")
                continue
            }
            let value = record.measurement.map { " \($0) \(record.units ?? "")" } ?? ""
            rows.append("\(record.suite) \(record.testSet ?? "-") \(record.name): \(record.result.name)\(value)")
            told[record.name] = record.metadata["signal"]?.string
        }
    }

    private static func test(_ index: Int, _ name: String) -> StagedTest {
        let request = inlineTest(name)
        return StagedTest(
            index: index, request: request, definition: TestDefinition(name: name, steps: []), commit: nil,
            uuid: "1_1.\(index + 1)", folder: "")
    }
}

@Suite struct LostByteTests {
    /// How many cases a round of chance has: more in the long suites.
    static let cases = ProcessInfo.processInfo.environment["LABD_TEST_ALL"] == nil ? 40 : 400
    static let output = Array(CapturedRun.output.utf8)
    /// Behind the line that starts the runner: from here on signals are read.
    static let start = CapturedRun.sent[0].range.lowerBound
    static let whole = Replay(output[start...])

    @Test func theCapturedRunIsUnderstood() {
        #expect(CapturedRun.sent.count == 21)
        #expect(
            Self.whole.rows.filter { $0.hasPrefix("0_smoke") || $0.hasPrefix("1_second") } == [
                "0_smoke - linux-runs: pass", "0_smoke - boot-time: pass 5.53 seconds",
                "0_smoke storage slot-is-whole: fail", "0_smoke storage data-is-writable: pass", "0_smoke - log: skip",
                "1_second - no-such-file: fail", "1_second - free-memory: unknown 187.0 MiB",
            ])
        #expect(Self.whole.told.isEmpty)
        #expect(Self.whole.loss == nil)
        #expect(Self.whole.requests == 1)
    }

    /// Every place of every signal of the run, every kind of message: repaired, without asking for anything.
    @Test(arguments: SignalScannerTests.messages) func aMessageAnywhereChangesNothing(message: String) async {
        for sent in CapturedRun.sent {
            // The lines around it are enough: signals further away end before it or begin behind it.
            let around = max(0, sent.range.lowerBound - 40)..<min(Self.output.count, sent.range.upperBound + 40)
            for place in sent.range.lowerBound...sent.range.upperBound {
                await Task.yield()
                let torn =
                    Self.output[around.lowerBound..<place] + Array(message.utf8)
                    + Self.output[place..<around.upperBound]
                var scanner = SignalScanner()
                let found = scanner.feed(torn) + scanner.settle()
                guard SampleRun.said(found.filter { $0.number == sent.number }) == [sent.body],
                    found.allSatisfy({ $0.number != nil || $0.name == "RETRUNCODE" })
                else {
                    Issue.record("signal \(sent.number) is lost with a message at \(place - sent.range.lowerBound)")
                    return
                }
            }
        }
    }

    /// A message without its newline cannot be taken out, at any place of any signal: the signal is sent again.
    @Test(arguments: ["[   12.345678] printk without an end", "<", ">", "\u{1B}[1;31m"])
    func whatCannotBeRepairedIsSentAgain(noise: String) async {
        for place in stride(from: CapturedRun.sent[0].range.lowerBound, to: Self.output.count - 4, by: 11) {
            await Task.yield()
            let replay = Replay(Self.output[Self.start..<place] + Array(noise.utf8) + Self.output[place...])
            guard replay.rows == Self.whole.rows, replay.loss == nil else {
                Issue.record("noise at \(place): \(replay.rows)")
                return
            }
        }
    }

    /// Bytes lost anywhere, one by one and in bursts, also in what is sent again.
    @Test(arguments: 0..<12) func lostBytesLoseNoResult(round: Int) async {
        var chance = Seeded(round)
        for _ in 0..<Self.cases {
            await Task.yield()
            let kept = Self.keep(Self.output.count, &chance)
            let output = Self.output.indices.filter { $0 >= Self.start && kept[$0] }.map { Self.output[$0] }
            let isNoisy = Bool.random(using: &chance)
            let replay = Replay(output) { numbers in
                let answer = Array(CapturedRun.answer(to: numbers).utf8)
                guard isNoisy, Int.random(in: 0..<3, using: &chance) == 0 else { return answer }
                return Self.dropping(1, from: answer, &chance)
            }
            guard replay.rows == Self.whole.rows, replay.loss == nil else {
                let text = String(decoding: output, as: UTF8.self)
                Issue.record("\(replay.loss ?? "nothing lost"), other results: \(replay.rows) of \(text)")
                return
            }
            for sent in CapturedRun.sent where sent.body.hasPrefix("TESTCASE") {
                let name = String(sent.body.split(separator: " ")[1].dropFirst("TEST_CASE_ID=".count))
                // What was lost of two signals that read alike may leave one of them whole.
                let isWhole = output.firstRange(of: sent.line.utf8) != nil
                let isHurt = sent.range.contains { !kept[$0] } && !isWhole
                #expect(["resent", "repaired"].contains(replay.told[name]) == isHurt, "\(name)")
            }
        }
    }

    /// What the board cannot send again is told, and the rest stays.
    @Test(arguments: [4, 10, 19]) func whatIsLostForGoodIsTold(number: Int) {
        let lost = CapturedRun.sent[number - 1]
        let output = Self.output[Self.start..<lost.range.lowerBound] + Self.output[lost.range.upperBound...]
        let replay = Replay(output) { numbers in
            Array(CapturedRun.answer(to: numbers.filter { $0 != number }).utf8)
        }
        #expect(replay.loss == "a signal was lost")
        #expect(replay.rows.count == Self.whole.rows.count - 1)
        #expect(Set(replay.rows).isSubset(of: Self.whole.rows))
    }

    @Test func aBoardThatNeverAnswersIsTold() {
        #expect(Replay(Self.output[Self.start...]) { _ in [] }.loss == "how many signals the board sent is not known")
    }

    @Test func aRunWithoutAnyWholeSignalIsFetched() {
        let output = Self.output[Self.start...].filter { $0 != UInt8(ascii: "_") }
        let replay = Replay(output)
        #expect(replay.rows == Self.whole.rows)
        #expect(Set(replay.told.values) == ["resent"])
    }

    /// Which of `count` bytes come through.
    static func keep(_ count: Int, _ chance: inout Seeded) -> [Bool] {
        var kept = Array(repeating: true, count: count)
        for _ in 0..<Int.random(in: 1...12, using: &chance) { kept[Int.random(in: 0..<count, using: &chance)] = false }
        for _ in 0..<Int.random(in: 0...2, using: &chance) {
            let start = Int.random(in: 0..<count, using: &chance)
            for place in start..<min(count, start + Int.random(in: 2...150, using: &chance)) { kept[place] = false }
        }
        return kept
    }

    static func dropping(_ count: Int, from bytes: [UInt8], _ chance: inout Seeded) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<count { bytes.remove(at: Int.random(in: bytes.indices, using: &chance)) }
        return bytes
    }
}
