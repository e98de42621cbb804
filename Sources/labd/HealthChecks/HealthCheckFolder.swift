import Foundation
import LabAPI
import LabModel
import Synchronization

/// The lab's health checks: one job's text for each board or device type, `BOARD.yaml` before `TYPE.yaml`.
final class HealthCheckFolder: HealthChecks {
    /// Whose jobs health checks are, as in LAVA.
    static let submitter = "lava-health"
    /// Largest file that is read, in bytes.
    private static let sizeLimit = 1 << 20
    private static let mostFiles = 20_000
    /// How long a look at the folder is believed.
    private static let freshness = Duration.seconds(5)

    private let path: String
    private let every: HealthRule
    private let compiler: any JobCompiling
    private let clock: any LabClock
    private let seen: Mutex<(names: Set<String>, at: MonotonicTime)>

    init(path: String, every: HealthRule, compiler: any JobCompiling, clock: any LabClock) {
        self.path = path
        self.every = every
        self.compiler = compiler
        self.clock = clock
        seen = Mutex((Self.names(in: path), clock.monotonic()))
    }

    func rule(for board: BoardRecord) -> HealthRule? {
        file(for: board) == nil ? nil : every
    }

    func job(for board: BoardRecord) async throws(Failure) -> NewJob {
        guard let file = file(for: board) else {
            throw Failure(.configuration, "there is no health check for the board \(board.name)", at: path)
        }
        let place = path + "/" + file
        guard let data = FileManager.default.contents(atPath: place), data.count <= Self.sizeLimit,
            let text = String(data: data, encoding: .utf8)
        else { throw Failure(.configuration, "the health check cannot be read", at: place) }
        let (compiled, found) = compiler.compile(text)
        guard var plan = compiled, plan.role == nil else {
            throw Self.failure(found, in: place) ?? Failure(.configuration, "the health check is no job", at: place)
        }
        if let type = plan.deviceType, type != board.type {
            throw Failure(
                .configuration, "the health check is for boards of type \(type), not \(board.type)", at: place)
        }
        if let feature = plan.unsupported.first {
            throw Failure(.configuration, "the health check needs what does not run yet: \(feature.name)", at: place)
        }
        plan.board = board.name
        if let failure = Self.failure(compiler.check(plan), in: place) { throw failure }
        // A check waits behind nobody: until it has ended, its board takes no job.
        plan.priority = 100
        plan.tags = []
        return NewJob(plan: plan, definition: text, submitter: Self.submitter, isHealthCheck: true)
    }

    private static func failure(_ diagnostics: [Diagnostic], in place: String) -> Failure? {
        guard let error = diagnostics.first(where: { $0.severity == .error }) else { return nil }
        return Failure(
            .configuration, error.message, at: "\(place):\(error.position.line):\(error.position.column)",
            advice: error.suggestion)
    }

    private func file(for board: BoardRecord) -> String? {
        let names = seen.withLock { seen in
            let now = clock.monotonic()
            if now.duration(since: seen.at) >= Self.freshness { seen = (Self.names(in: path), now) }
            return seen.names
        }
        return ["\(board.name).yaml", "\(board.type).yaml"].first { names.contains($0) }
    }

    private static func names(in path: String) -> Set<String> {
        Set(BoardFolder.names(in: path, most: mostFiles) ?? [])
    }
}
