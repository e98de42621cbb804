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

    var description: String {
        switch self {
        case .starting(let delay): "\(delay) after its start"
        case .running(let delay): "\(delay) after its first answer"
        case .event(let kind, let step, let delay): "\(delay) after \(kind)\(step.map { " of \($0)" } ?? "")"
        }
    }
}
