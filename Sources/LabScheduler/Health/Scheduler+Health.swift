import LabModel
import Logging

extension Scheduler {
    /// Puts a health check of `board` into the queue. A board that cannot be checked takes no jobs until somebody has
    /// looked at it.
    func check(_ name: BoardName) async {
        do throws(Failure) {
            guard let checks, let board = try await store.boards().first(where: { $0.name == name }),
                board.state == .idle
            else { return }
            do throws(Failure) {
                var job = try await checks.job(for: board)
                job.isHealthCheck = true
                job.plan.board = name
                let id = try await store.submit(job)
                logger.info("a board is checked", metadata: ["board": "\(name)", "job": "\(id)"])
                wake()
            } catch {
                // Looping is left by people only.
                guard error.type != .infrastructure, board.health != .looping else { throw error }
                let reason = "its health check cannot run: \(error.message)"
                _ = try await store.setHealth(.bad, of: name, reason: reason, ifStill: board.health)
            }
        } catch {
            logger.error("a board cannot be checked", metadata: ["board": "\(name)", "error": "\(error)"])
        }
    }
}
