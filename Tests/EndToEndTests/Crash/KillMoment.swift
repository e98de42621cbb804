import LabModel
import LabWire

/// When a labd is killed.
enum KillMoment: Sendable, CustomStringConvertible {
    /// After its process was started, whether or not it answers by then.
    case starting(Duration)
    /// After it first answered.
    case running(Duration)
    /// After the first event of a kind since it answered, for stages that are too short to be hit by chance.
    case event(kind: String, step: String?, delay: Duration)

    /// `count` moments that spread over the length of a job, over the start, and over short stages.
    static func plan(_ count: Int, using generator: inout SeededGenerator) -> [KillMoment] {
        // Every kind comes, however few moments there are; the order is chance's.
        let moments = (0..<count).map { number -> KillMoment in
            let delay = Duration.milliseconds(Int.random(in: 0...40, using: &generator))
            switch number % 10 {
            case 1: return .starting(.milliseconds(Int.random(in: 0...350, using: &generator)))
            case 3:
                let step = ["download-retry", "lava-overlay", "auto-login-action", "overlay-unpack", "power-cut"]
                    .randomElement(using: &generator)
                // Packing an overlay is over in no time.
                return .event(kind: "step.started", step: step, delay: step == "lava-overlay" ? delay / 10 : delay)
            case 5: return .event(kind: "step.finished", step: "lava-test-shell", delay: delay)
            case 7:
                let kind = ["job.scheduled", "job.submitted", "result", "power"].randomElement(using: &generator)
                return .event(kind: kind ?? "result", step: nil, delay: delay)
            default: return .running(.milliseconds(Int.random(in: 0...2500, using: &generator)))
            }
        }
        return moments.shuffled(using: &generator)
    }

    /// Returns when it has come, of a labd that has just answered. `starting` is over by then.
    ///
    /// - Parameter patience: how long an event is waited for. Some stages do not come in every lab; then it is as good as
    ///   any moment.
    func wait(_ follower: EventFollower, patience: Duration) async throws {
        switch self {
        case .starting: break
        case .running(let delay): try await Task.sleep(for: delay)
        case .event(let kind, let step, let delay):
            let seen = follower.count
            for _ in 0..<Int(patience / .milliseconds(1)) {
                let came = follower.has(after: seen) { event in
                    event.kind == kind && (step.map { event.data["name"]?.string == $0 } ?? true)
                }
                if came { break }
                try await Task.sleep(for: .milliseconds(1))
            }
            try await Task.sleep(for: delay)
        }
    }

    var description: String {
        switch self {
        case .starting(let delay): "\(delay) after its start"
        case .running(let delay): "\(delay) after its first answer"
        case .event(let kind, let step, let delay): "\(delay) after \(kind)\(step.map { " of \($0)" } ?? "")"
        }
    }
}
