import LabModel

/// What the cells of a matrix came to, as one answer: what is said of all cells is said once, what is said of some
/// names the first of them.
struct MatrixOutcome {
    let cells: [(cell: MatrixReader.Cell, job: CompiledJob)]
    /// About the matrix itself.
    let warnings: [Diagnostic]

    var job: CompiledJob {
        let hasErrors = cells.contains { $0.job.groups.isEmpty }
        return CompiledJob(groups: hasErrors ? [] : cells.flatMap(\.job.groups), diagnostics: diagnostics)
    }

    private var diagnostics: [Diagnostic] {
        var counts: [Diagnostic: Int] = [:]
        for diagnostic in cells.lazy.flatMap({ Set($0.job.diagnostics) }) { counts[diagnostic, default: 0] += 1 }
        let findings = Findings()
        for warning in warnings { findings.add(warning) }
        var told: Set<Diagnostic> = []
        // Errors first: there is a limit to what is shown.
        for severity in [Diagnostic.Severity.error, .warning] {
            for (cell, job) in cells {
                for var diagnostic in job.diagnostics
                where diagnostic.severity == severity && told.insert(diagnostic).inserted {
                    if counts[diagnostic, default: 0] < cells.count { diagnostic.message += " (with \(cell.inWords))" }
                    findings.add(diagnostic)
                }
            }
        }
        return findings.diagnostics.sorted { $0.position < $1.position }
    }
}
