import LabScheduler
import ServiceLifecycle

/// The scheduler's life in the daemon: it ends when the daemon is told to stop, after every board is at rest.
struct SchedulerService: Service {
    let scheduler: Scheduler

    func run() async throws {
        await withGracefulShutdownHandler {
            await scheduler.run()
        } onGracefulShutdown: {
            // The handler cannot wait; the scheduler's own run waits for its jobs.
            Task { await scheduler.stop() }
        }
    }
}
