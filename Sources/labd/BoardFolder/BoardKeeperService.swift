import Glibc
import LabModel
import LabScheduler
import Logging
import ServiceLifecycle
import UnixSignals

/// The keeper's life in the daemon: it follows the board files until the daemon is told to stop. SIGHUP makes it look
/// at once.
struct BoardKeeperService: Service {
    let keeper: BoardKeeper
    let scheduler: Scheduler
    let recovery: Recovery
    let folder: BoardFolder?
    let logger: Logger

    func run() async throws {
        let watch = folder.flatMap(watch)
        // What changed between the start and the watch.
        await keeper.lookSoon()
        let hadTerminal = Self.hasTerminal
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await _ in hangups {
                        // A terminal that was closed ends what runs in it, as ever.
                        if hadTerminal, !Self.hasTerminal {
                            kill(getpid(), SIGTERM)
                        } else {
                            logger.notice("SIGHUP: the board files are looked at")
                            await keeper.lookSoon()
                        }
                    }
                }
                await keeper.serve(scheduler, recovery: recovery, watch: watch)
                group.cancelAll()
            }
        } onGracefulShutdown: {
            keeper.stop()
        }
        watch?.stop()
    }

    private func watch(_ folder: BoardFolder) -> FolderWatch? {
        do throws(Failure) {
            return try FolderWatch(folder.path)
        } catch {
            logger.warning("\(error)")
            return nil
        }
    }

    /// Whether labd was started in a terminal that is still there.
    private static var hasTerminal: Bool {
        let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
        if terminal >= 0 { close(terminal) }
        return terminal >= 0
    }
}
