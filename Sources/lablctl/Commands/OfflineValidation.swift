import JobDSL
import LabModel
import LabWire

/// Checks a job's text with the compiler that labd uses.
enum OfflineValidation {
    static func validate(_ text: String, file: String) -> Validation {
        let compiled = JobCompiler().compile(text, file: file)
        return Validation(
            valid: compiled.plan != nil, diagnostics: compiled.diagnostics.map { DiagnosticInfo($0) },
            unsupported: compiled.unsupported.map { UnsupportedInfo($0) }, plan: PlanSummary(compiled.groups))
    }

    /// The result in words.
    static func sentence(_ validation: Validation) -> String {
        let errors = validation.diagnostics.count { $0.severity == "error" }
        let warnings = validation.diagnostics.count - errors
        let warned = warnings == 0 ? "" : ", \(counted(warnings, "warning"))"
        guard validation.valid else { return "not a valid job: \(counted(errors, "error"))\(warned)" }
        let missing = validation.unsupported.count
        if missing > 0 {
            return "a valid job that labd does not run yet: \(counted(missing, "unsupported feature"))\(warned)"
        }
        guard let plan = validation.plan else { return "a valid job\(warned)" }
        if let jobs = plan.jobs { return "\(jobs) valid jobs\(warned)" }
        let type = plan.deviceType.map { " for \(SafeText.line($0))" } ?? ""
        return "a valid job\(type): \(plan.blocks.joined(separator: ", "))\(warned)"
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
