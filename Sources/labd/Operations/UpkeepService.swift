import LabScheduler
import ServiceLifecycle

/// The life of what looks after the lab: its upkeep and its recurring jobs, until the daemon is told to stop.
struct UpkeepService: Service {
    let upkeep: Upkeep
    let schedules: ScheduleKeeper
    let opening: Opening

    func run() async throws {
        try await opening.wait()
        guard !Task.isShuttingDownGracefully else { return }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await upkeep.run() }
                group.addTask { await schedules.run() }
            }
        }
    }
}
