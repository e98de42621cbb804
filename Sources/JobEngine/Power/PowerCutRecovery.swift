import LabModel

/// Gives the power back after a cut, watches what the board does, and asks the job's questions. It fills as it goes,
/// so that what was seen before a failure is kept.
struct PowerCutRecovery {
    /// What a board said of itself with its marker of life.
    struct Sign {
        var version: String?
        var slot: String?

        init(_ match: ConsoleMatch) {
            version = match.groups["version"] ?? match.groups["1"]
            slot = match.groups["slot"] ?? match.groups["2"]
        }
    }

    /// The exit status of a check; nil when it did not end in time.
    struct Answer {
        var check: PowerCutAction.Check
        var status: Int?
    }

    /// How long one question may take.
    static let questionLimit = Duration.seconds(60)

    /// The longest that `watch` takes for one board: its boots, the shell behind each, and the questions.
    static func limit(of alive: PowerCutAction.Alive, patience: Int = 0) -> Duration {
        alive.within * (alive.maxBoots + patience) + questionLimit * (alive.maxBoots + 2)
    }

    private let cut: PowerCutAction
    private let run: RunContext
    private var patience: Int

    private(set) var brick: BrickKind?
    private(set) var sign: Sign?
    private(set) var boots = 0
    /// The firmware greeted after the power came back.
    private(set) var sawBanner = false
    /// From power-on to the last marker of life.
    private(set) var time: Duration?
    private(set) var sawNewVersion = false
    private(set) var isWhole: Bool?
    private(set) var answers: [Answer] = []
    private(set) var inferences: [String] = []
    /// Whether the board is known to be alive or dead.
    private(set) var isDecided = false

    /// - Parameter patience: how often a board that still speaks when its time is up gets half of it again.
    init(cut: PowerCutAction, run: RunContext, patience: Int = 0) {
        self.cut = cut
        self.run = run
        self.patience = patience
    }

    /// A board that says something within this time still speaks.
    private static let listening = Duration.seconds(5)

    /// - Throws: `ConsoleTimeout` when the block's own time is up before the board's, and what the switch throws.
    mutating func watch(until deadline: MonotonicTime) async throws {
        try await run.beginBoot()
        try await run.switchPower(.on, until: deadline)
        let poweredOn = run.clock.monotonic()
        var watch = RecoveryWatch(poweredOn: poweredOn, within: cut.alive.within, maxBoots: cut.alive.maxBoots)
        repeat {
            try await follow(&watch, poweredOn: poweredOn, until: deadline)
            guard brick == nil else { break }
        } while try await !reachesShell(&watch, until: deadline)
        boots = watch.boots
        inferences += watch.inferences
        isDecided = true
        if brick == nil, run.hasShell { try await ask(until: deadline) }
    }

    /// Follows boots until one tells its marker of life or the board is given up.
    private mutating func follow(
        _ watch: inout RecoveryWatch, poweredOn: MonotonicTime, until deadline: MonotonicTime
    ) async throws {
        var decision = watch.next
        while case .lookOn(let limit) = decision {
            do {
                let match = try await run.expect(patterns, until: min(limit, deadline))
                guard let seen = RecoveryWatch.Sign(rawValue: match.pattern) else { continue }
                decision = watch.saw(seen, match.text, at: match.at)
                boots = watch.boots
                sawBanner = watch.sawBanner
                if decision == .alive {
                    let found = Sign(match)
                    sign = found
                    time = match.at.duration(since: poweredOn)
                    if let new = cut.newVersion, found.version == new { sawNewVersion = true }
                }
            } catch let timeout as ConsoleTimeout {
                // When the block's own time is up nothing is known of the board.
                guard limit < deadline else { throw timeout }
                let end = await run.board.console.end()
                if patience > 0, !watch.isAtPrompt, try await speaks(after: end, until: deadline) {
                    patience -= 1
                    decision = .lookOn(until: run.clock.monotonic().advanced(by: cut.alive.within / 2))
                    continue
                }
                decision = .brick(watch.timedOut(anyOutput: end > run.bootStart))
            }
        }
        if case .brick(let kind) = decision {
            brick = kind
            sign = nil
        }
    }

    /// Whether the board says anything behind `end` soon.
    private func speaks(after end: ConsoleOffset, until deadline: MonotonicTime) async throws -> Bool {
        let limit = run.clock.monotonic().advanced(by: min(Self.listening, cut.alive.within / 2))
        while run.clock.monotonic() < min(limit, deadline) {
            try await run.clock.sleep(for: .milliseconds(250))
            if await run.board.console.end() > end { return true }
        }
        return false
    }

    /// Waits for the shell behind the marker of life; a firmware banner instead means that the board started again.
    ///
    /// - Returns: false when the boots go on.
    private mutating func reachesShell(_ watch: inout RecoveryWatch, until deadline: MonotonicTime) async throws -> Bool
    {
        if !cut.prompts.isEmpty { run.prompts = cut.prompts }
        let began = run.clock.monotonic()
        let limit = began.advanced(by: Self.questionLimit)
        do {
            let match = try await run.expect(
                [ConsolePattern(KernelFindings.firmwareBanner)] + run.promptPatterns, until: min(limit, deadline))
            if match.pattern == 0 {
                guard case .brick(let kind) = watch.saw(.bootBanner, match.text, at: match.at) else { return false }
                brick = kind
                sign = nil
                return true
            }
            run.hasShell = true
        } catch let timeout as ConsoleTimeout {
            // A shell gets as long as a boot; when the block's own time is up before, nothing is known of it.
            let waited = run.clock.monotonic().duration(since: began)
            guard waited >= min(Self.questionLimit, cut.alive.within) else { throw timeout }
            isWhole = false
            inferences.append(
                "the board printed its marker of life, and then its shell did not answer: taken as damaged")
        }
        return true
    }

    private mutating func ask(until deadline: MonotonicTime) async throws {
        if let whole = cut.whole {
            let status = try await status(of: whole, until: deadline)
            isWhole = status == 0
            if status == nil { inferences.append("'\(whole)' did not end: taken as damaged") }
        }
        for check in cut.checks where run.hasShell {
            answers.append(Answer(check: check, status: try await status(of: check.run, until: deadline)))
        }
    }

    /// - Returns: nil when the command did not end in time; then the shell is lost.
    private func status(of command: String, until deadline: MonotonicTime) async throws -> Int? {
        let limit = run.clock.monotonic().advanced(by: Self.questionLimit)
        do {
            return try await run.status(of: command, until: min(limit, deadline))
        } catch let timeout as ConsoleTimeout {
            run.hasShell = false
            // When the block's own time is up nothing is known of the board.
            guard limit < deadline else { throw timeout }
            return nil
        }
    }

    /// In the order of `RecoveryWatch.Sign`.
    private var patterns: [ConsolePattern] {
        let panic = KernelFindings.all.first { $0.kind == "panic" }?.expression ?? "Kernel panic"
        var expressions = [cut.alive.marker, KernelFindings.firmwareBanner, panic]
        // Whichever boot loader the board ends at.
        let prompts = run.profile.bootloaders.sorted { $0.key < $1.key }.map { "^\($0.value.prompt)" }
        if !prompts.isEmpty { expressions.append(prompts.joined(separator: "|")) }
        return expressions.map { ConsolePattern($0) }
    }
}
