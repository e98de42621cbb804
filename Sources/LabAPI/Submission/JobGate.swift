public import LabModel
import LabWire

/// The way that every job's text goes before it is stored, for whoever submits without a request.
public struct JobGate: Sendable {
    private let submission: Submission

    public init(compiler: any JobCompiling) {
        submission = Submission(compiler: compiler)
    }

    /// Compiles a text and refuses what could never run.
    ///
    /// - Parameter boards: as people and the queue see them.
    /// - Returns: jobs that run together as one list.
    /// - Throws: `job` with the first thing that is wrong, placed at its line.
    public func admit(_ text: String, boards: [BoardRecord]) throws(Failure) -> [[JobPlan]] {
        do {
            return try submission.accept(text, boards: boards).groups
        } catch {
            let body = error.body
            guard let first = body.diagnostics?.first(where: { $0.severity == "error" }) else {
                throw Failure(.job, body.error.message, advice: body.error.advice)
            }
            throw Failure(
                .job, "\(body.error.message): \(first.message)", at: "\(first.line):\(first.column)",
                advice: first.suggestion ?? body.error.advice)
        }
    }
}
