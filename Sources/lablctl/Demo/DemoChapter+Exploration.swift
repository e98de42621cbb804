import LabModel
import LabWire

extension DemoChapter {
    /// Whether this chapter leaves a page to look at.
    var hasPage: Bool {
        if case .failingStates = expectation { true } else { false }
    }

    /// Compares what an exploration found with what was told.
    func judgeExploration(_ job: JobInfo, _ results: JobResults, _ expected: String) -> DemoJudgement {
        var differences = Self.healthDifferences(job)
        guard let whole = results.results.first(where: { $0.metadata["recheck_booted"] != nil }) else {
            differences.append("there should be an exploration; there is none")
            return DemoJudgement(sentence: "nothing was explored", differences: differences)
        }
        func count(_ key: String) -> Int64 { whole.metadata[key]?.integer ?? 0 }
        func text(_ key: String) -> String { SafeText.line(whole.metadata[key]?.string ?? "none") }
        if text("end") != "completed" { differences.append("it should be complete; it is \(text("end"))") }
        if count("failing") == 0 { differences.append("some states should fail; none does") }
        if text("smallest_failing_verdict") != expected {
            differences.append(
                "the smallest failing state should end as `\(expected)`; it ends as `\(text("smallest_failing_verdict"))`"
            )
        }
        if count("recheck_booted") == 0 { differences.append("pruned states should be booted as a check; none was") }
        if count("recheck_wrong") > 0 {
            differences.append("no pruned state should be wrong; \(count("recheck_wrong")) are")
        }
        let tail = whole.metadata["console_tail"]?.list?.compactMap(\.string) ?? []
        return DemoJudgement(
            sentence: """
                \(count("writes")) writes can be cut into \(count("states")) states, decided by \(count("boots")) boots; \
                \(count("failing")) of them brick the board, the smallest after \(text("smallest_failing_state")) \
                (\(count("recheck_booted")) pruned ones booted all the same, \(count("recheck_wrong")) wrong)
                """,
            differences: differences, lastLines: tail)
    }
}
