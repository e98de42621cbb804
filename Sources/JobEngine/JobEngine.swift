public import LabModel

/// Runs jobs: one plan, one board, from the first download to the board at rest.
public struct JobEngine: JobRunner {
    private let services: EngineServices
    /// Where the jobs of groups meet.
    private let rooms = GroupRooms()

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
        let run = JobRun(plan: plan, lease: lease, board: board, services: services, log: runLog, rooms: rooms)
        let outcome = await run.run()
        await log.flush()
        return outcome
    }

    public func letGo(of job: JobID) async {
        await services.files.withdraw(job)
        await services.workspaces.removeWorkspace(of: job)
    }

    public func ended(_ lease: Lease) async {
        guard let roster = try? await services.groups?.roster(of: lease.job) else { return }
        await rooms.leave(lease, roster)
    }
}
