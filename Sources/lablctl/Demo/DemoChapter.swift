import LabModel
import LabWire

/// One job of the demo: what is told before it runs, and how it is judged afterwards.
struct DemoChapter: Hashable, Sendable {
    /// Below `examples/demo`.
    var file: String
    /// What stands in the summary.
    var name: String
    /// What a newcomer is told beforehand, one line each.
    var told: [String]
    var expectation: Expectation

    enum Expectation: Hashable, Sendable {
        /// The job completes and no test fails.
        case allPass
        /// The power cut ends with this verdict.
        case verdict(PowerCutOutcome)
        /// The exploration of every cut finds states that fail, the smallest of them with this verdict.
        case failingStates(smallest: String)
    }

    /// The jobs in their order.
    static let all = [
        DemoChapter(
            file: "1-hello.yaml", name: "hello",
            told: [
                "A LAVA job: power on a virtual arm64 board, boot U-Boot and Linux, run shell tests.",
                "Expected: the job completes and every test passes.",
            ],
            expectation: .allPass),
        DemoChapter(
            file: "2-ab-update-cut.yaml", name: "A/B update, power cut",
            told: [
                "An update writes the new version into the slot that is not running; power is cut in mid-copy.",
                "Expected: the half-written slot does not matter, the board comes back on the old version.",
            ],
            expectation: .verdict(.old)),
        DemoChapter(
            file: "3-inplace-update-cut.yaml", name: "in-place update, power cut",
            told: [
                "A careless updater overwrites the only slot it has; power is cut in mid-copy.",
                "Expected: a brick. The lab notices, names its kind and shows the console's last lines.",
            ],
            expectation: .verdict(.brick)),
        DemoChapter(
            file: "4-every-cut.yaml", name: "textbook update, every power cut",
            told: [
                "The update that everybody believes in: write, fsync, rename, sync. It is recorded once;",
                "then every state that a power cut can leave is decided, booting those that could differ.",
                "Expected: a few of them brick the board, in a window that pulling plugs would hardly hit.",
            ],
            expectation: .failingStates(smallest: "bootloader")),
    ]
}

/// How a chapter went.
struct DemoJudgement: Hashable, Sendable {
    /// What happened, in one sentence.
    var sentence: String
    /// In what it differs from what was told; empty when it went as told.
    var differences: [String]
    /// The console's last lines, where the board stayed dead.
    var lastLines: [String] = []

    var isAsTold: Bool { differences.isEmpty }
}

extension DemoChapter {
    /// Compares what happened with what was told.
    func judge(_ job: JobInfo, _ results: JobResults) -> DemoJudgement {
        switch expectation {
        case .allPass: judgePasses(job, results)
        case .verdict(let outcome): judgeCut(job, results, outcome)
        case .failingStates(let smallest): judgeExploration(job, results, smallest)
        }
    }

    private func judgePasses(_ job: JobInfo, _ results: JobResults) -> DemoJudgement {
        let cases = results.results.filter { $0.suite != "lava" }
        let failed = cases.filter { $0.result == TestResult.fail.name }.map(\.name)
        let passed = cases.count { $0.result == TestResult.pass.name }
        let skipped = cases.count { $0.result == TestResult.skip.name }
        var differences = Self.healthDifferences(job)
        if results.hasFailedTests {
            let named = failed.isEmpty ? "a step of the job failed" : "failed: \(failed.joined(separator: ", "))"
            differences.append("every test should pass; \(named)")
        }
        if passed == 0 { differences.append("tests should have run; none passed") }
        let skips = skipped == 0 ? "" : ", \(skipped) skipped on purpose"
        return DemoJudgement(
            sentence: "booted U-Boot and Linux; \(passed) test\(passed == 1 ? "" : "s") passed\(skips)",
            differences: differences)
    }

    private func judgeCut(_ job: JobInfo, _ results: JobResults, _ expected: PowerCutOutcome) -> DemoJudgement {
        guard let cut = results.powerCuts.first else {
            let differences = Self.healthDifferences(job) + ["there should be a verdict of a power cut; there is none"]
            return DemoJudgement(sentence: "the power was not cut", differences: differences)
        }
        var differences: [String] = []
        if job.health == JobHealth.canceled.name { differences.append("the job was canceled") }
        if cut.outcome != expected.rawValue {
            differences.append("the verdict should be `\(expected.rawValue)`; it is `\(SafeText.line(cut.outcome))`")
        }
        if expected == .brick, cut.outcome == expected.rawValue {
            if cut.brickKind == nil { differences.append("the kind of brick should be named; it is not") }
            if cut.lastLines.isEmpty { differences.append("the console's last lines should be kept; there are none") }
        }
        return DemoJudgement(
            sentence: "power was cut in the middle of the copy; " + Self.sentence(for: cut), differences: differences,
            lastLines: cut.alive ? [] : cut.lastLines)
    }

    static func healthDifferences(_ job: JobInfo) -> [String] {
        guard job.health != JobHealth.complete.name else { return [] }
        let why = job.failure.map { ": \(SafeText.line($0.message))" } ?? ""
        return ["the job should be Complete; it is \(SafeText.line(job.health))\(why)"]
    }

    private static func sentence(for cut: PowerCutInfo) -> String {
        let version = cut.versionAfter.map(SafeText.line)
        let took = cut.recoveryTime.map { ", \(Figures.seconds($0)) after power came back" } ?? ""
        let slot = cut.slotAfter.map { " in slot \(SafeText.line($0))" } ?? ""
        let running = version.map { ", \($0)\(slot)" } ?? ""
        switch PowerCutOutcome(rawValue: cut.outcome) {
        case .old: return "the board came back on the old version\(running)\(took)"
        case .new: return "the board came back on the new version\(running)\(took)"
        case .fellBack: return "the board tried the new version and fell back to the old one\(running)\(took)"
        case .recoveredLate: return "the board came back after \(cut.boots) boots\(running)\(took)"
        case .corrupt: return "the board came back damaged\(running)"
        case .undecided: return "nothing can be said of what came back\(running)\(took)"
        case .brick: return "the board is a brick (\(Self.brick(cut.brickKind)))"
        case nil: return "the verdict is \(SafeText.line(cut.outcome))"
        }
    }

    /// A kind of brick in words.
    private static func brick(_ kind: String?) -> String {
        switch kind.flatMap(BrickKind.init(rawValue:)) {
        case .silent: "silent: nothing on the console at all"
        case .bootloaderPrompt: "bootloader-prompt: the boot loader gave up and waits at its prompt"
        case .loop: "loop: it starts again and again"
        case .panic: "panic: the kernel gave up"
        case .hang: "hang: it began to boot and stopped"
        case nil: "of no known kind"
        }
    }
}
