import LabModel
import Synchronization

/// What the always-on watch of a console has found. Filled on the console's reading thread, read by the run.
final class FindingsLog: Sendable {
    /// Findings kept for one run; later ones are only counted.
    static let limit = 200

    private struct State {
        var findings: [Finding] = []
        var dropped = 0
        var strains: [String] = []
    }

    struct Finding: Sendable, Hashable {
        var kind: String
        var line: String
        var isFatal: Bool
        var at: MonotonicTime
        var offset: ConsoleOffset
    }

    private let state = Mutex(State())

    func add(_ finding: Finding) {
        state.withLock { state in
            guard state.findings.count >= Self.limit else { return state.findings.append(finding) }
            state.dropped += 1
            // The one that matters must not drown in a flood of the others.
            if finding.isFatal, let place = state.findings.lastIndex(where: { !$0.isFatal }) {
                state.findings[place] = finding
            }
        }
    }

    /// Notes that a search was too costly and rests for a while.
    func addStrain(_ message: String) {
        state.withLock { state in
            if state.strains.count < 10, !state.strains.contains(message) { state.strains.append(message) }
        }
    }

    /// Drops the resets found so far: they were expected.
    func forgetResets() {
        state.withLock { $0.findings.removeAll { $0.kind == KernelFindings.resetKind } }
    }

    /// The first finding of one of these kinds since the last `take`.
    func first(of kinds: Set<String>) -> Finding? {
        guard !kinds.isEmpty else { return nil }
        return state.withLock { $0.findings.first { kinds.contains($0.kind) } }
    }

    /// Takes what was found since the last call.
    func take() -> (findings: [Finding], dropped: Int, strains: [String]) {
        state.withLock { state in
            defer { state = State() }
            return (state.findings, state.dropped, state.strains)
        }
    }
}
