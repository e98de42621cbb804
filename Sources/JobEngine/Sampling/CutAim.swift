import LabModel

/// What fires a planned cut: a mark of the update and the time after it.
struct CutAim: Hashable {
    /// What the mark that is waited for says of its phase; nil counts from the newline of the command.
    var phase: String?
    /// `phase` is all of the mark.
    var isUngrouped = false
    /// The job's own trigger is waited for instead.
    var isTrigger = false
    var delay: Duration

    /// - Parameters:
    ///   - moment: when the board is to be without power.
    ///   - lead: how long before that the command has to be given.
    init(moment: Duration, lead: Duration, in timeline: UpdateTimeline) {
        let command = max(moment - lead, .zero)
        // A name that comes again is met where it comes first, so only first marks are waited for.
        let mark = timeline.marks.last { $0.occurrence == 1 && $0.at <= command }
        if let trigger = timeline.trigger, trigger <= command, trigger >= mark?.at ?? .zero {
            isTrigger = true
            delay = command - trigger
        } else if let mark {
            phase = mark.printed ?? mark.name
            isUngrouped = mark.isUngrouped ?? false
            delay = command - mark.at
        } else {
            delay = command
        }
    }

    func trigger(of plan: PowerCutSampling) -> ConsoleTrigger {
        if isTrigger, let marker = plan.trigger?.marker {
            return ConsoleTrigger(pattern: ConsolePattern(marker), delay: delay)
        }
        let pattern = phase.map { isUngrouped ? .literal($0) : PhasePattern.naming($0, in: plan.phases) }
        return ConsoleTrigger(pattern: pattern, delay: delay)
    }
}
