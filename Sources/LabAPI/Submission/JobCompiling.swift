public import LabModel

/// Makes checked plans of jobs' texts. The composition root gives the compiler of `JobDSL`.
public protocol JobCompiling: Sendable {
    /// Reads a job's text.
    ///
    /// - Returns: the first of its jobs; no plan when any diagnostic is an error.
    func compile(_ text: String) -> (plan: JobPlan?, diagnostics: [Diagnostic])

    /// Reads a text that may stand for several jobs: those of a matrix, and those of each role of a group.
    ///
    /// - Returns: jobs that run together as one list; nothing when any diagnostic is an error.
    func compileJobs(_ text: String) -> (groups: [[JobPlan]], diagnostics: [Diagnostic])

    /// Checks a plan against its device type: that the type is known, has the plan's methods and takes its context.
    func check(_ plan: JobPlan) -> [Diagnostic]
}

extension JobCompiling {
    /// For compilers of single jobs.
    public func compileJobs(_ text: String) -> (groups: [[JobPlan]], diagnostics: [Diagnostic]) {
        let (plan, diagnostics) = compile(text)
        return (plan.map { [[$0]] } ?? [], diagnostics)
    }
}
