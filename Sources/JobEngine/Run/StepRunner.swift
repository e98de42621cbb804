import LabModel

/// Runs one named action of a block. One small type per kind of step.
///
/// The name is LAVA's internal action name: jobs set time-outs by it and clients read results by it.
protocol StepRunner {
    var name: String { get }

    /// Whether the result suite `lava` gets a row for this step.
    var isRecorded: Bool { get }

    /// Does the work before `deadline`.
    ///
    /// - Throws: `Failure`, or `ConsoleTimeout` and `CancellationError`, which the run turns into one.
    func run(in run: RunContext, until deadline: MonotonicTime) async throws

    /// Whose fault it is when the step's time is up.
    var timeoutType: ErrorType { get }

    /// Whether single waits on the console are held to the connection time-out. A test may be silent for as long as
    /// its block allows, and silence after a power cut is evidence.
    var holdsWaitsToConnectionTimeout: Bool { get }

    /// What the step's own keys ask for, when its block names no time; nil takes the usual defaults.
    var neededTime: Duration? { get }
}

extension StepRunner {
    var isRecorded: Bool { true }
    var timeoutType: ErrorType { .job }
    var holdsWaitsToConnectionTimeout: Bool { true }
    var neededTime: Duration? { nil }
}
