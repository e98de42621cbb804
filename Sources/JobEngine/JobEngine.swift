public import LabModel

/// Runs jobs: one plan, one board, from the first download to the board at rest.
public struct JobEngine: JobRunner {
    private let services: EngineServices

    public init(services: EngineServices) {
        self.services = services
    }

    public func run(_ plan: JobPlan, lease: Lease, on board: any Board) async -> JobOutcome {
        let log: any JobLog
        do {
            log = try services.logs.open(lease.job, secrets: plan.secrets.values.sorted())
        } catch {
            return JobOutcome(health: .incomplete, failure: error)
        }
        let runLog = RunLog(log: log, clock: services.clock)
        let run = JobRun(plan: plan, lease: lease, board: board, services: services, log: runLog)
        let outcome = await run.run()
        await log.flush()
        return outcome
    }

    public func letGo(of job: JobID) async {
        await services.files.withdraw(job)
        await services.workspaces.removeWorkspace(of: job)
    }
}
