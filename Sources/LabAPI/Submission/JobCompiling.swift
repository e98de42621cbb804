public import LabModel

/// Makes checked plans of jobs' texts. The composition root gives the compiler of `JobDSL`.
public protocol JobCompiling: Sendable {
    /// Reads a job's text.
    ///
    /// - Returns: no plan when any diagnostic is an error.
    func compile(_ text: String) -> (plan: JobPlan?, diagnostics: [Diagnostic])

    /// Checks a plan against its device type: that the type is known, has the plan's methods and takes its context.
    func check(_ plan: JobPlan) -> [Diagnostic]
}
