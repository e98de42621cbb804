import LabModel
import LabWire

extension CommandStatus {
    /// What a finished job means for the shell.
    init(job: JobInfo, results: JobResults) {
        switch job.health {
        case JobHealth.canceled.name: self = .canceled
        case JobHealth.incomplete.name: self = .incomplete
        case JobHealth.complete.name: self = results.hasFailedTests ? .testsFailed : .success
        default: self = .internalError
        }
    }
}

extension JobResults {
    /// Whether a test case failed. A step of the job itself that passed on a later attempt did not.
    var hasFailedTests: Bool {
        let passed = Set(results.filter { $0.suite == "lava" && $0.result == TestResult.pass.name }.map(\.name))
        return results.contains { result in
            result.result == TestResult.fail.name && !(result.suite == "lava" && passed.contains(result.name))
        }
    }
}
