import ArgumentParser
import Glibc
import LabModel
import SimulatedLab

/// Runs the lab in a simulation, seed after seed.
@main
struct LabSimulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab-simulate",
        abstract: "Runs labd's scheduler, recovery and store on model boards, with faults that a seed decides.",
        discussion: "docs/simulation.md says what is simulated and which invariants hold.",
        subcommands: [Seeds.self, Mutants.self, Sweep.self, Rivals.self, Flood.self, WeekCommand.self],
        defaultSubcommand: Seeds.self)

    static func main() {
        // The order of dictionaries must not differ from run to run.
        if getenv("SWIFT_DETERMINISTIC_HASHING") == nil {
            setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
            var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
            arguments.append(nil)
            execv("/proc/self/exe", arguments)
        }
        main(nil)
    }
}

/// Seconds by the host's clock.
func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

struct Seeds: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs seeds; stops at the first that fails.")

    @Option(help: "How many seeds.") var seeds: UInt64 = 1000
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "This seed alone.") var seed: UInt64?
    @Flag(help: "Print every step.") var trace = false
    @Option(help: "With this defect put in.") var mutant: String?
    @Flag(help: "Go on after a seed that fails.") var all = false

    func run() throws {
        let mutant = try mutant.map { name in
            guard let mutant = Mutant(rawValue: name) else { throw ValidationError("there is no mutant \(name)") }
            return mutant
        }
        let range = seed.map { $0...$0 } ?? from...(from + max(seeds, 1) - 1)
        let began = seconds()
        var (steps, lives, failed, told) = (0, 0, 0, began)
        for seed in range {
            let report = try World(seed: seed, scenario: .drawn(seed), mutant: mutant, isLoud: trace).run()
            steps += report.steps
            lives += report.lives
            if report.violation != nil {
                failed += 1
                print(
                    report.explanation(
                        "lab-simulate --seed \(seed) --trace" + (mutant.map { " --mutant \($0.rawValue)" } ?? "")))
                if !all { throw ExitCode.failure }
            }
            if self.seed != nil {
                print("seed \(seed): \(report.steps) steps, \(report.lives) lives, fingerprint \(report.fingerprint)")
            } else if seconds() - told > 5 {
                told = seconds()
                print(
                    "\(seed - range.lowerBound + 1) of \(range.count) seeds, \(Int(Double(seed - range.lowerBound + 1) / (told - began))) a second"
                )
            }
        }
        let time = seconds() - began
        print(
            "\(range.count) seeds, \(failed) failed: \(steps) steps, \(lives) lives of labd, \(Int(Double(range.count) / time)) seeds a second"
        )
        if failed > 0 { throw ExitCode.failure }
    }
}

struct Mutants: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Finds every defect that is put in on purpose.")

    @Option(help: "At most so many seeds for each.") var seeds: UInt64 = 1000

    func run() throws {
        var isMissed = false
        for mutant in Mutant.allCases {
            var found: World.Report?
            for seed in 1...seeds {
                let report = try World(seed: seed, scenario: .drawn(seed), mutant: mutant).run()
                guard report.violation != nil else { continue }
                // Only what does not happen without the defect tells something of it.
                guard try World(seed: seed, scenario: .drawn(seed)).run().violation == nil else { continue }
                found = report
                break
            }
            let name = mutant.rawValue.padded(20)
            if let found, let violation = found.violation {
                print("\(name) \(violation.invariant.rawValue.padded(24)) seed \(found.seed)  \(violation.detail)")
            } else {
                isMissed = true
                print("\(name) not found in \(seeds) seeds")
            }
        }
        if isMissed { throw ExitCode.failure }
    }
}

struct Sweep: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Kills labd at every single step of a small story.")

    @Option(help: "The story's seed.") var seed: UInt64 = 1
    @Option(help: "Every so many steps.") var every = 1

    func run() throws {
        let began = seconds()
        let whole = try World(seed: seed, scenario: .small()).run()
        print("the story has \(whole.steps) steps")
        var count = 0
        for step in stride(from: 1, through: whole.steps, by: every) {
            let report = try World(seed: seed, scenario: .small(crashes: [step])).run()
            count += 1
            guard report.violation == nil else {
                print("killed at step \(step):")
                print(report.explanation("lab-simulate sweep --seed \(seed)"))
                throw ExitCode.failure
            }
        }
        print("killed at \(count) steps, all invariants hold (\(Int(Double(count) / (seconds() - began))) a second)")
    }
}

struct Rivals: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Two groups want each other's boards at the same moment, again and again.")

    @Option(help: "How often.") var rounds = 100
    @Option(help: "The seed.") var seed: UInt64 = 1
    @Flag(help: "With labd killed at moments of chance.") var crashes = false

    func run() throws {
        let scenario = Scenario.rivals(rounds: rounds, faults: crashes ? .crash : [])
        let report = try World(seed: seed, scenario: scenario).run()
        guard report.violation == nil else {
            print(report.explanation("lab-simulate rivals --seed \(seed) --rounds \(rounds)"))
            throw ExitCode.failure
        }
        print("\(rounds) times two groups wanted each other's boards: \(report.ended) jobs ended, nobody waits")
    }
}

struct Flood: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One submitter floods the lab; another one still gets a board in time.")

    @Option(help: "Jobs of the flood.") var jobs = 300
    @Option(help: "The seed.") var seed: UInt64 = 1

    func run() throws {
        let report = try World(seed: seed, scenario: .flooded(jobs: jobs)).run()
        guard report.violation == nil else {
            print(report.explanation("lab-simulate flood --seed \(seed) --jobs \(jobs)"))
            throw ExitCode.failure
        }
        print("\(report.ended) jobs ended, and nobody waited longer than promised")
    }
}

struct WeekCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "week", abstract: "A week in a large lab, without faults, as fast as it goes.")

    @Option(help: "Boards.") var boards = 500
    @Option(help: "Jobs within the week.") var jobs = 200_000
    @Option(help: "The seed.") var seed: UInt64 = 1

    func run() throws {
        let began = seconds()
        let report = try Week(boards: boards, jobs: jobs, seed: seed).run { day, ended in
            print("day \(day): \(ended) jobs ended, \(Int(seconds() - began)) s")
        }
        let time = seconds() - began
        print(
            "week: \(report.complete) of \(jobs) jobs on \(boards) boards in \(Int(time)) s, \(report.steps) steps, "
                + "\(Int(time / Double(max(report.complete, 1)) * 1e6)) µs a job, the last one ended after "
                + "\(Int(report.time.inSeconds / 3600)) h")
        if report.complete < jobs { throw ExitCode.failure }
    }
}

extension String {
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
