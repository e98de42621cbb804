import Hummingbird
import LabModel
import LabWire

/// What is done with a job's text before anything is stored.
struct Submission {
    var compiler: any JobCompiling

    /// A text that may be stored as a job.
    struct Accepted {
        var plan: JobPlan
        var warnings: [Diagnostic]
    }

    /// Compiles a text and refuses what could never run.
    ///
    /// - Throws: 422 with diagnostics, with the names of the missing methods, or with the reason that no board fits.
    func accept(_ text: String, boards: [BoardRecord]) throws(APIError) -> Accepted {
        let (plan, diagnostics) = diagnose(text)
        guard let plan, !diagnostics.contains(where: { $0.severity == .error }) else {
            throw .invalidJob(diagnostics)
        }
        if !plan.unsupported.isEmpty { throw .unsupported(plan.unsupported, diagnostics) }
        if let obstacle = Placement(boards: boards).obstacle(to: plan) {
            throw APIError(.unprocessableContent, obstacle)
        }
        return Accepted(plan: plan, warnings: diagnostics)
    }

    /// Says all there is to say about a text.
    func validate(_ text: String) -> Validation {
        let (plan, diagnostics) = diagnose(text)
        return Validation(
            valid: plan != nil && !diagnostics.contains { $0.severity == .error },
            diagnostics: diagnostics.map { DiagnosticInfo($0) },
            unsupported: plan?.unsupported.map { UnsupportedInfo($0) } ?? [],
            plan: plan.map { PlanSummary($0) })
    }

    // A plan that needs what does not run yet is not held against its device type: the type may lack just that.
    private func diagnose(_ text: String) -> (plan: JobPlan?, diagnostics: [Diagnostic]) {
        var (plan, diagnostics) = compiler.compile(text)
        if let plan, plan.unsupported.isEmpty { diagnostics += compiler.check(plan) }
        if plan == nil, !diagnostics.contains(where: { $0.severity == .error }) {
            diagnostics.append(Diagnostic(.error, at: SourcePosition(line: 1, column: 1), "this text is not a job"))
        }
        return (plan, diagnostics)
    }
}
