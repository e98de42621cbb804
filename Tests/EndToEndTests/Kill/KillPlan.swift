/// What is done to a lab, all of it decided by the seed.
struct KillPlan: Sendable {
    /// What happens beside labd while it lives.
    enum Disturbance: Sendable, CustomStringConvertible {
        case none
        /// The wall clock jumps to so far from the host's.
        case clock(Duration)
        /// The disk is full for so long.
        case fullDisk(Duration)
        /// Another process holds the database for so long.
        case lock(Duration)

        var description: String {
            switch self {
            case .none: "nothing"
            case .clock(let offset): "clock stepped to \(offset.components.seconds) s"
            case .fullDisk(let time): "disk full for \(time)"
            case .lock(let time): "database locked for \(time)"
            }
        }
    }

    /// One labd, until it is killed.
    struct Life: Sendable {
        var disturbance: Disturbance
        var moment: KillMoment
    }

    var lives: [Life]
    var simJobs: Int
    var emulatedJobs: Int
    var machines: Int
    /// A pause between two submissions, so that they last as long as the kills.
    var pause: Duration

    static func short(using generator: inout SeededGenerator) -> KillPlan {
        KillPlan(
            lives: lives(5, using: &generator), simJobs: 36, emulatedJobs: 2, machines: 1, pause: .milliseconds(200))
    }

    static func long(using generator: inout SeededGenerator) -> KillPlan {
        KillPlan(
            lives: lives(40, using: &generator), simJobs: 200, emulatedJobs: 20, machines: 2, pause: .milliseconds(500))
    }

    private static func lives(_ count: Int, using generator: inout SeededGenerator) -> [Life] {
        // Each kind of disturbance comes once in five lives, at a place that chance chooses.
        let kinds = (0..<count).map { $0 % 5 }.shuffled(using: &generator)
        var moments = KillMoment.plan(count, using: &generator)[...]
        return kinds.map { kind in
            let moment = moments.removeFirst()
            let disturbance: Disturbance =
                switch kind {
                case 1: .clock(.seconds([-86_400, -3600, 3600, 86_400].randomElement(using: &generator) ?? 3600))
                case 2: .fullDisk(.milliseconds(Int.random(in: 300...2500, using: &generator)))
                // Longer than labd waits for it, or shorter.
                case 3: .lock(.milliseconds([400, 2000, 6500].randomElement(using: &generator) ?? 400))
                default: .none
                }
            return Life(disturbance: disturbance, moment: moment)
        }
    }
}
