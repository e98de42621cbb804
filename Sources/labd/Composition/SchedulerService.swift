import LabScheduler
import ServiceLifecycle

/// The scheduler's life in the daemon: it begins when the API is open, so that no job starts in a labd that cannot
/// come up, and ends when the daemon is told to stop, after every board is at rest.
struct SchedulerService: Service {
    let scheduler: Scheduler
    let opening: Opening

    func run() async throws {
        try await opening.wait()
        guard !Task.isShuttingDownGracefully else { return }
        await withGracefulShutdownHandler {
            await scheduler.run()
        } onGracefulShutdown: {
            // The handler cannot wait; the scheduler's own run waits for its jobs.
            Task { await scheduler.stop() }
        }
    }
}
