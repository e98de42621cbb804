import LabModel

/// How far a campaign is, for people.
struct SamplingProgress {
    private let report: SamplingReport
    private let made: Int
    private let time: Duration

    /// - Parameter made: cuts in this run of the job, which took `time`.
    init(_ machine: SamplingMachine, made: Int, in time: Duration) {
        report = SamplingReport(machine: machine)
        self.made = made
        self.time = time
    }

    /// `41 cuts (1.3 a minute), 39 hits, 1 missed, 1 invalid, none failing; 259 left, about 3 h 19 min`.
    var text: String {
        let whole = report.whole
        let failing = report.failing.count
        let perMinute = time > .zero ? Double(made) * 60 / time.inSeconds : 0
        var text =
            "\(report.machine.trials.count) cuts (\((perMinute * 10).rounded() / 10) a minute), \(whole.hits) hits, "
            + "\(whole.missed) missed, \(whole.invalid) invalid, \(failing == 0 ? "none" : "\(failing)") failing"
        let left = report.machine.cutsLeft
        if left > 0, perMinute > 0 {
            text += "; \(left) left, about \(Duration.seconds(Double(left) * 60 / perMinute).roughText)"
        }
        return text
    }
}

extension Duration {
    /// `3 h 19 min`, `12 min`, `40 s`.
    fileprivate var roughText: String {
        let seconds = components.seconds
        if seconds >= 3600 { return "\(seconds / 3600) h \(seconds / 60 % 60) min" }
        return seconds >= 60 ? "\(seconds / 60) min" : "\(seconds) s"
    }
}

extension SampledCut {
    /// `cut 12: hit 'copy' + 120 ms: old`.
    var text: String {
        var text = "cut \(cut.number): "
        switch status {
        case .hit:
            text +=
                "hit '\(phase ?? UpdateTimeline.firstPhase)' + \((offset ?? .zero).milliText): "
                + "\(verdict?.rawValue ?? Verdict.undecided.rawValue)"
            if isFailure { text += ", not allowed" }
        case .missed(let miss): text += "missed (\(miss.rawValue))"
        case .invalid(let fault): text += "invalid (\(fault.rawValue))"
        }
        if let note { text += ": \(note)" }
        return text
    }

    /// The form that single cuts have in results.
    func powerCutRecord(named name: String) -> PowerCutRecord {
        let (outcome, kind): (PowerCutOutcome, BrickKind?) =
            switch verdict {
            case .old: (.old, nil)
            case .new: (.new, nil)
            case .fellBack, .lostUpdate: (.fellBack, nil)
            case .corrupt, .healFailed: (.corrupt, nil)
            case .loop: (.brick, .loop)
            case .bootloader: (.brick, .bootloaderPrompt)
            case .hang: (.brick, .hang)
            case .undecided, nil: (.undecided, nil)
            }
        let place = "it hit '\(phase ?? UpdateTimeline.firstPhase)' \((offset ?? .zero).milliText) after its mark"
        return PowerCutRecord(
            name: "\(name)-\(cut.number)", outcome: outcome, brickKind: kind, isAllowed: isAllowed,
            isAlive: facts?.end == .alive, isWhole: facts?.isWhole, versionAfter: facts?.version,
            slotAfter: facts?.slot, boots: facts?.boots ?? 0, commandLatency: commandLatency,
            silenceLatency: silenceLatency,
            inferences: [place, "the verdict is '\(verdict?.rawValue ?? Verdict.undecided.rawValue)'"],
            lastLines: facts?.consoleTail ?? [])
    }
}
