import Hummingbird
import LabModel
import LabWire

/// What is done with a job's text before anything is stored.
struct Submission {
    var compiler: any JobCompiling

    /// A text that may be stored as jobs.
    struct Accepted {
        /// Jobs that run together as one list.
        var groups: [[JobPlan]]
        var warnings: [Diagnostic]
    }

    /// Compiles a text and refuses what could never run.
    ///
    /// - Throws: 422 with diagnostics, with the names of the missing methods, or with the reason that no board fits.
    func accept(_ text: String, boards: [BoardRecord]) throws(APIError) -> Accepted {
        let (groups, diagnostics) = diagnose(text)
        guard !groups.isEmpty, !diagnostics.contains(where: { $0.severity == .error }) else {
            throw .invalidJob(diagnostics)
        }
        let unsupported = Self.unsupported(groups)
        if !unsupported.isEmpty { throw .unsupported(unsupported, diagnostics) }
        let placement = Placement(boards: boards)
        for group in groups {
            if let obstacle = placement.obstacle(to: group) { throw APIError(.unprocessableContent, obstacle) }
        }
        return Accepted(groups: groups, warnings: diagnostics)
    }

    /// Refuses jobs that need what is not there, or what cannot come to what they need any more.
    ///
    /// - Throws: 422 with the reason.
    func checkNeeds(of accepted: Accepted, in store: any Store) async throws {
        var seen: Set<JobNeed> = []
        for need in accepted.groups.joined().flatMap({ $0.needs ?? [] }) where seen.insert(need).inserted {
            guard let job = try await store.job(need.job) else {
                throw APIError(
                    .unprocessableContent, Failure(.job, "the job needs job \(need.job), and there is none"))
            }
            guard job.state == .finished, need.condition != .finished else { continue }
            var failed = false
            if need.condition == .passed, job.health == .complete {
                failed = ResultCounts(try await store.results(of: need.job)).fail > 0
            }
            guard job.health != .complete || failed else { continue }
            let how = failed ? "a test of it failed" : "it ended \(job.health.name)"
            throw APIError(
                .unprocessableContent,
                Failure(.job, "the job needs job \(need.job) to be \(need.condition.rawValue), and \(how)"))
        }
    }

    /// Says all there is to say about a text.
    func validate(_ text: String) -> Validation {
        let (groups, diagnostics) = diagnose(text)
        return Validation(
            valid: !groups.isEmpty && !diagnostics.contains { $0.severity == .error },
            diagnostics: diagnostics.map { DiagnosticInfo($0) },
            unsupported: Self.unsupported(groups).map { UnsupportedInfo($0) },
            plan: PlanSummary(groups))
    }

    private static func unsupported(_ groups: [[JobPlan]]) -> [UnsupportedFeature] {
        var seen: Set<UnsupportedFeature> = []
        return groups.joined().flatMap(\.unsupported).filter { seen.insert($0).inserted }
    }

    // A plan that needs what does not run yet is not held against its device type: the type may lack just that.
    private func diagnose(_ text: String) -> (groups: [[JobPlan]], diagnostics: [Diagnostic]) {
        var (groups, diagnostics) = compiler.compileJobs(text)
        var told = Set(diagnostics)
        for group in groups {
            // Jobs of one role are alike.
            for (index, plan) in group.enumerated()
            where plan.unsupported.isEmpty && (index == 0 || group[index - 1] != plan) {
                diagnostics += compiler.check(plan).filter { told.insert($0).inserted }
            }
        }
        if groups.isEmpty, !diagnostics.contains(where: { $0.severity == .error }) {
            diagnostics.append(Diagnostic(.error, at: SourcePosition(line: 1, column: 1), "this text is not a job"))
        }
        return (groups, diagnostics)
    }
}
