import JobDSL
import LabModel
import Testing

/// `needs`, `retry`, `on_failure`.
@Suite struct QueueKeysTests {
    private static let command = "- command: {name: power_on}"

    @Test func needsAreRead() throws {
        let plan = try #require(
            compiled(jobText(Self.command, more: "needs: [12, {job: 13}, {job: 14, condition: passed}]")).plan)
        #expect(
            plan.needs == [
                JobNeed(job: JobID(rawValue: 12), condition: .complete),
                JobNeed(job: JobID(rawValue: 13), condition: .complete),
                JobNeed(job: JobID(rawValue: 14), condition: .passed),
            ])
        #expect(compiled(jobText(Self.command)).plan?.needs == nil)
    }

    @Test(arguments: [("retry: 2", 2), ("retry: 0", 0), ("retry: {infrastructure: 3}", 3)])
    func retriesAreRead(_ key: String, _ count: Int) {
        #expect(compiled(jobText(Self.command, more: key)).plan?.retries == count)
    }

    @Test(arguments: ["on_failure: hold 30m", "on_failure: hold 1800s", "on_failure: {hold: 30m}"])
    func holdsAreRead(_ key: String) {
        #expect(compiled(jobText(Self.command, more: key)).plan?.holdOnFailure == .seconds(1800))
    }

    @Test(arguments: [
        ("needs: 12", "8:8: error: `needs` needs a list"),
        ("needs: [{condition: passed}]", "8:9: error: an entry of `needs` needs `job`"),
        ("needs: [{job: 1, condition: done}]", "8:29: error: `condition` cannot be `done`"),
        ("needs: [0]", "8:9: error: the number of a job must be from 1"),
        ("needs: [1, 1]", "8:12: error: job 1 is in `needs` already"),
        ("retry: 11", "8:8: error: `retry` must be from 0 to 10, not 11"),
        ("retry: {test: 1}", "8:8: error: `retry` needs `infrastructure`"),
        ("on_failure: 30m", "8:13: error: `on_failure` needs what to do"),
        ("on_failure: hold 5s", "8:13: error: a board is held for 1 minute to 7 days"),
        ("on_failure: {hold: 30d}", "8:13: error: a board is held for 1 minute to 7 days"),
    ])
    func aMistakeIsFoundInItsPlace(_ key: String, _ expected: String) {
        let found = errors(jobText(Self.command, more: "#\n" + key).replacing("\n#\n", with: "\n"))
        #expect(found.contains { $0.dropFirst(2).hasPrefix(expected.dropFirst(2)) }, "\(found)")
    }
}
