import LabModel

/// A part of the update that gets a share of the cuts, uniform in time.
struct Stratum: Hashable {
    enum Kind: Hashable {
        /// The bounds are stated for these.
        case sample
        /// Aimed where a twin failed: no sample of anything.
        case target(PowerCutTarget)
    }

    var name: String
    var kind = Kind.sample
    /// Since the newline of the command.
    var from: Duration
    var to: Duration
    /// Hits wanted.
    var quota: Int
    var hits = 0

    /// A moment of this stratum.
    func moment(_ chance: inout SplitMix64) -> Duration {
        to > from ? chance.duration(in: from...to) : from
    }

    /// The strata of a campaign.
    ///
    /// - Throws: `test` when the update did not print what the job waits for.
    static func strata(
        of plan: PowerCutSampling, timeline: UpdateTimeline, path: PowerPath, targets: [PowerCutTarget]
    ) throws(Failure) -> [Stratum] {
        let aimed = try targets.map { target throws(Failure) in
            try aim(at: target, in: timeline, path: path, cuts: plan.targets?.cuts ?? 0)
        }
        if let trigger = plan.trigger {
            let base = try base(of: trigger, in: timeline)
            let end = trigger.to.map { base + $0 } ?? timeline.phase(at: base)?.end ?? timeline.end
            return aimed + [
                Stratum(name: "trigger", from: base + (trigger.from ?? .zero), to: end, quota: plan.cuts)
            ]
        }
        switch plan.spread {
        case .uniform:
            return aimed + [
                Stratum(name: "update", from: min(path.delay, timeline.end), to: timeline.end, quota: plan.cuts)
            ]
        case .byPhase:
            let phases = reachable(timeline, path)
            let (share, rest) = plan.cuts.quotientAndRemainder(dividingBy: max(1, phases.count))
            return aimed
                + phases.enumerated().map { index, phase in
                    Stratum(
                        name: phase.name, from: phase.begin, to: phase.end, quota: share + (index < rest ? 1 : 0))
                }
        }
    }

    /// The parts of the phases in which a cut can take effect: the power of a cut at the command itself is gone only after
    /// the path's delay.
    static func reachable(_ timeline: UpdateTimeline, _ path: PowerPath) -> [UpdateTimeline.Phase] {
        timeline.phases.compactMap { phase in
            guard phase.end > path.delay + path.jitter else { return nil }
            let begin = max(phase.begin, path.delay)
            return UpdateTimeline.Phase(name: phase.name, begin: begin, length: phase.end - begin)
        }
    }

    private static func base(
        of trigger: PowerCutSampling.Trigger, in timeline: UpdateTimeline
    ) throws(Failure) -> Duration {
        guard let marker = trigger.marker else { return .zero }
        guard let base = timeline.trigger else {
            throw Failure(.test, "the update did not print what `trigger.marker` waits for: '\(marker)'")
        }
        return base
    }

    /// The twin's window at the board's pace, wider by what the board's power path scatters.
    private static func aim(
        at target: PowerCutTarget, in timeline: UpdateTimeline, path: PowerPath, cuts: Int
    ) throws(Failure) -> Stratum {
        let name = target.phase ?? UpdateTimeline.firstPhase
        guard let phase = timeline.phases.first(where: { $0.name == name }) else {
            throw Failure(
                .test, "the twin failed in the phase '\(name)', and the board's update has none of that name",
                advice: "run the same update with the same `phases` on both")
        }
        let twin = target.phaseLength.inSeconds
        let pace = twin > 0 ? phase.length.inSeconds / twin : 1
        let from = phase.begin + .seconds(target.from.inSeconds * pace) - path.jitter * 3
        let to = phase.begin + .seconds(target.to.inSeconds * pace) + path.jitter * 3
        return Stratum(
            name: "target-\(target.state)", kind: .target(target), from: max(from, .zero), to: max(to, .zero),
            quota: cuts)
    }
}
