import LabModel
import Synchronization

/// Notes what an update prints: its phase marks, its report of success, the job's own trigger. Filled on the console's
/// reading thread.
final class UpdateWatch: Sendable {
    struct Sighting: Sendable, Hashable {
        /// Nil for what is no phase mark.
        var phase: String?
        /// All of the mark is the phase.
        var isUngrouped = false
        var isSuccess = false
        var isTrigger = false
        var at: MonotonicTime
    }

    private struct Seen {
        var sightings: [Sighting] = []
        var phases = 0
        var lastPhase: String?
    }

    /// Phases kept of one update; later ones are not told apart.
    private static let limit = 1000

    private let seen = Mutex(Seen())

    /// Whether there were more phases than are kept.
    var isFull: Bool { seen.withLock { $0.phases >= Self.limit } }

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
                let name = match.groups["1"]
                self.add(Sighting(phase: name ?? match.text, isUngrouped: name == nil, at: match.at))
            } else {
                let isSuccess = match.pattern == success
                self.add(Sighting(isSuccess: isSuccess, isTrigger: !isSuccess, at: match.at))
            }
        }
    }

    private func add(_ sighting: Sighting) {
        seen.withLock { seen in
            if let phase = sighting.phase {
                // A mark that says the same phase again, such as its progress, begins none.
                guard phase != seen.lastPhase, seen.phases < Self.limit else { return }
                seen.lastPhase = phase
                seen.phases += 1
            } else {
                // The first counts, however many marks came before.
                let isKnown = seen.sightings.contains {
                    $0.isSuccess && sighting.isSuccess || $0.isTrigger && sighting.isTrigger
                }
                guard !isKnown else { return }
            }
            seen.sightings.append(sighting)
        }
    }

    /// What was seen, counted from the newline of the command.
    func timeline(since began: MonotonicTime, end: MonotonicTime) -> UpdateTimeline {
        var timeline = UpdateTimeline(end: end.duration(since: began))
        var counts: [String: Int] = [:]
        for sighting in seen.withLock({ $0.sightings }) {
            let at = max(sighting.at.duration(since: began), .zero)
            if let printed = sighting.phase, printed.shortened != timeline.marks.last?.name {
                let name = printed.shortened
                counts[name, default: 0] += 1
                timeline.marks.append(
                    .init(
                        name: name, printed: printed == name ? nil : printed,
                        isUngrouped: sighting.isUngrouped ? true : nil, occurrence: counts[name] ?? 1, at: at))
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
