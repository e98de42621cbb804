import Foundation
import JobDSL
import LabModel
import Testing

/// Our gate beside LAVA's: the same jobs, judged by both.
@Suite(
    .enabled(
        if: LavaSchema.isWanted,
        "LAVA's schema is not in the cache: `scripts/lava-gate` or `make test-all` fetches it from Debian's packages"))
struct GateDifferenceTests {
    // More jobs, and others, for whoever looks for disagreements.
    private let seed = GateDifferenceTests.number("LABD_GATE_SEED", otherwise: 20_260_203)
    private let count = GateDifferenceTests.number("LABD_GATE_JOBS", otherwise: 500)

    private static func number(_ variable: String, otherwise: Int) -> Int {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? otherwise
    }

    @Test func everyDisagreementOnMutatedJobsHasAReason() async throws {
        let mutants = try ExampleJobs.mutants(count, seed: UInt64(seed.magnitude))
        let verdicts = try await LavaSchema.verdicts(on: mutants.map(\.text))
        var tally = Tally()
        for (mutant, theirs) in zip(mutants, verdicts) {
            let ours = JobCompiler().compile(mutant.text)
            let open = tally.count(ours, theirs)
            #expect(
                open.isEmpty,
                """
                \(mutant.name), \(mutant.steps.joined(separator: ", ")): we \
                \(theirs.isAccepted ? "refuse" : "accept") what LAVA \(theirs.isAccepted ? "accepts" : "refuses")
                \(mutant.text)
                """)
        }
        print(tally)
        // Mutants that are all alike would prove nothing.
        #expect(tally.bothAccept > count / 10)
        #expect(tally.bothRefuse > count / 10)
    }

    @Test func lavaTakesTheExamples() async throws {
        // What the examples show that Debian's LAVA does not know yet.
        let newer = [
            "lava/interactive.yaml": "['interactive'][0]['expected']",
            "lava/monitors.yaml": "['monitors'][0]['expected']",
            "lava/qemu-overlay-drive.yaml": "['repository']['params']",
        ]
        let names = try ["", "lava"].flatMap { try ExampleJobs.names(in: $0) }
        #expect(names.count >= 22)
        let verdicts = try await LavaSchema.verdicts(on: try names.map { try ExampleJobs.text($0) })
        for (name, verdict) in zip(names, verdicts) {
            #expect(JobCompiler().compile(try ExampleJobs.text(name)).plan != nil, "\(name)")
            if let key = newer[name] {
                #expect(verdict.gate.hasPrefix("SubmissionException: extra keys not allowed @ data['actions']"))
                #expect(verdict.gate.hasSuffix(key) && !verdict.gate.contains("\n"), "\(name): \(verdict.gate)")
            } else {
                #expect(verdict.gate.isEmpty, "\(name): \(verdict.gate)")
            }
        }
    }

    @Test func lavaRefusesTheDemosOnlyForTheirPowerCut() async throws {
        let trees = try ExampleJobs.names(in: "demo").map { try YAMLText.read(try ExampleJobs.text($0)) }
        let without = try trees.map { tree in
            var tree = tree
            let place = try #require(tree.entries?.firstIndex { $0.key == "actions" })
            let blocks = try #require(tree["actions"]?.elements).filter { $0["power_cut"] == nil }
            tree[path: [place]].content = .sequence(blocks)
            return tree
        }
        let whole = try await LavaSchema.verdicts(on: trees.map { YAMLEmitter.text(of: $0) })
        for (tree, verdict) in zip(trees, whole) {
            let hasCut = tree["actions"]?.elements?.contains { $0["power_cut"] != nil } ?? false
            #expect(verdict.gate.isEmpty == !hasCut)
        }
        #expect(try await LavaSchema.verdicts(on: without.map { YAMLEmitter.text(of: $0) }).allSatisfy(\.isAccepted))
    }
}

/// How often both agreed, and why not when they did not.
private struct Tally: CustomStringConvertible {
    var bothAccept = 0
    var bothRefuse = 0
    var stricter: [String: Int] = [:]
    var wider: [String: Int] = [:]

    /// What no reason explains.
    mutating func count(_ ours: CompiledJob, _ theirs: LavaSchema.Verdict) -> [String] {
        switch (ours.plan != nil, theirs.isAccepted) {
        case (true, true): bothAccept += 1
        case (false, false): bothRefuse += 1
        case (false, true):
            let (reasons, open) = Reason.explain(ours, theirs)
            for reason in reasons { stricter[reason.name, default: 0] += 1 }
            return open
        case (true, false):
            let (reasons, open) = Reason.explain(ours, theirs)
            for reason in reasons { wider[reason.name, default: 0] += 1 }
            return open
        }
        return []
    }

    var description: String {
        """
        both accept \(bothAccept), both refuse \(bothRefuse)
        we refuse, LAVA's submission schema does not:
        \(lines(stricter))
        we accept, LAVA's submission schema does not:
        \(lines(wider))
        """
    }

    private func lines(_ counts: [String: Int]) -> String {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "    \($0.value)  \($0.key)" }
            .joined(separator: "\n")
    }
}
