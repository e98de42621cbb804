import LabModel
import Synchronization

/// Notes what an update prints: its phase marks, its report of success, the job's own trigger. Filled on the console's
/// reading thread.
final class UpdateWatch: Sendable {
    struct Sighting: Sendable, Hashable {
        /// Nil for what is no phase mark.
        var phase: String?
        var isSuccess = false
        var isTrigger = false
        var at: MonotonicTime
    }

    /// Marks kept of one update; later ones are not looked at.
    private static let limit = 1000

    private let sightings = Mutex<[Sighting]>([])

    /// Watches `console` until the token is disarmed.
    func begin(_ plan: PowerCutSampling, on console: any Console) async throws -> any ConsoleArmament {
        var patterns = [ConsolePattern(plan.phases)]
        let success = plan.success.map { expression -> Int in
            patterns.append(ConsolePattern(expression))
            return patterns.count - 1
        }
        if let marker = plan.trigger?.marker { patterns.append(ConsolePattern(marker)) }
        return try await console.watch(patterns) { match in
            if match.pattern == 0 {
                self.add(Sighting(phase: (match.groups["1"] ?? match.text).shortened, at: match.at))
            } else {
                let isSuccess = match.pattern == success
                self.add(Sighting(isSuccess: isSuccess, isTrigger: !isSuccess, at: match.at))
            }
        }
    }

    private func add(_ sighting: Sighting) {
        sightings.withLock { if $0.count < Self.limit { $0.append(sighting) } }
    }

    /// What was seen, counted from the newline of the command.
    func timeline(since began: MonotonicTime, end: MonotonicTime) -> UpdateTimeline {
        var timeline = UpdateTimeline(end: end.duration(since: began))
        var counts: [String: Int] = [:]
        for sighting in sightings.withLock({ $0 }) {
            let at = max(sighting.at.duration(since: began), .zero)
            // A mark that says the same phase again, such as its progress, begins none.
            if let phase = sighting.phase, phase != timeline.marks.last?.name {
                counts[phase, default: 0] += 1
                timeline.marks.append(.init(name: phase, occurrence: counts[phase] ?? 1, at: at))
            }
            if sighting.isSuccess { timeline.success = timeline.success ?? at }
            if sighting.isTrigger { timeline.trigger = timeline.trigger ?? at }
        }
        return timeline
    }
}

extension String {
    /// A name fit for a test case: without white space, at most 60 characters.
    fileprivate var shortened: String {
        let parts = split(whereSeparator: \.isWhitespace)
        return String(parts.joined(separator: "-").prefix(60))
    }
}
