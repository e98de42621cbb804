import LabModel
import Synchronization

/// What the always-on watch of a console has found. Filled on the console's reading thread, read by the run.
final class FindingsLog: Sendable {
    /// Findings kept for one run; later ones are only counted.
    static let limit = 200

    private struct State {
        var findings: [Finding] = []
        var dropped = 0
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
            if state.findings.count < Self.limit {
                state.findings.append(finding)
            } else {
                state.dropped += 1
            }
        }
    }

    /// Drops the resets found so far: they were expected.
    func forgetResets() {
        state.withLock { $0.findings.removeAll { $0.kind == KernelFindings.resetKind } }
    }

    /// Takes what was found since the last call.
    func take() -> (findings: [Finding], dropped: Int) {
        state.withLock { state in
            defer { state = State() }
            return (state.findings, state.dropped)
        }
    }
}
