import LabModel

/// What a campaign's trials say, by phase and as a whole.
struct SamplingReport {
    /// The numbers of one row.
    struct Counts: Hashable {
        /// Trials aimed here.
        var cuts = 0
        /// Cuts that hit here, wherever they were aimed.
        var hits = 0
        var missed = 0
        var invalid = 0
        var failures = 0
        var undecided = 0
        var verdicts: [Verdict: Int] = [:]

        var bounds: BinomialBounds { BinomialBounds(failures: failures, of: hits - undecided) }

        mutating func addAim(_ trial: SampledCut) {
            cuts += 1
            switch trial.status {
            case .hit: break
            case .missed: missed += 1
            case .invalid: invalid += 1
            }
        }

        mutating func addHit(_ trial: SampledCut) {
            hits += 1
            if trial.isFailure { failures += 1 }
            if trial.verdict == .undecided { undecided += 1 }
            if let verdict = trial.verdict { verdicts[verdict, default: 0] += 1 }
        }
    }

    /// A window in which the update failed.
    struct Window: Hashable {
        var phase: String
        /// Since the phase began.
        var from: Duration
        var to: Duration
        var borders: WindowSearch.Window
    }

    let machine: SamplingMachine

    /// Trials that the bounds are stated for.
    private var samples: [SampledCut] {
        machine.trials.filter { trial in
            guard case .sample(let index) = trial.cut.purpose else { return false }
            return machine.strata.indices.contains(index) && machine.strata[index].kind == .sample
        }
    }

    /// By phase, in the order of the update.
    var phases: [(name: String, counts: Counts)] {
        var names = machine.timeline?.phases.map(\.name) ?? []
        for trial in machine.trials {
            if let phase = trial.phase, !names.contains(phase) { names.append(phase) }
        }
        return names.map { name in
            var counts = Counts()
            for trial in samples {
                if trial.cut.phase == name { counts.addAim(trial) }
                if trial.isHit, trial.phase == name { counts.addHit(trial) }
            }
            return (name, counts)
        }.filter { isAimedAt($0.name) || $0.counts.hits > 0 }
    }

    /// Whether a stratum lies in the phase.
    private func isAimedAt(_ name: String) -> Bool {
        guard let phase = machine.timeline?.phases.first(where: { $0.name == name }) else { return false }
        return machine.strata.contains { $0.kind == .sample && $0.from < phase.end && $0.to > phase.begin }
    }

    var targets: [(stratum: Stratum, counts: Counts)] {
        machine.strata.enumerated().compactMap { index, stratum in
            guard case .target = stratum.kind else { return nil }
            var counts = Counts()
            for trial in machine.trials where trial.cut.purpose == .sample(stratum: index) {
                counts.addAim(trial)
                if trial.isHit { counts.addHit(trial) }
            }
            return (stratum, counts)
        }
    }

    var whole: Counts {
        var counts = Counts()
        for trial in samples {
            counts.addAim(trial)
            if trial.isHit { counts.addHit(trial) }
        }
        return counts
    }

    /// Failing trials, those of searches and targets included.
    var failing: [SampledCut] { machine.trials.filter(\.isFailure) }

    var windows: [Window] {
        machine.windows.map { search in
            let borders = search.window
            let phase = machine.timeline?.phase(at: borders.from)
            let begin = phase?.begin ?? .zero
            return Window(
                phase: phase?.name ?? UpdateTimeline.firstPhase, from: borders.from - begin, to: borders.to - begin,
                borders: borders)
        }
    }

    /// Every cut was made, every one of them is allowed, and none of them is unknown.
    var passes: Bool {
        machine.end == .completed && failing.isEmpty && whole.hits > 0 && whole.undecided == 0
            && phases.allSatisfy { $0.counts.hits > 0 } && targets.allSatisfy { $0.counts.undecided == 0 }
    }
}
