/// What a campaign did not look at. The reader is told before they trust the rest.
enum Gaps {
    /// Epochs that are named one by one.
    private static let epochLimit = 8

    static func of(_ report: CampaignReport) -> [String] {
        var gaps = ["One recording of the update: another run may write in another order."]
        gaps.append(
            "A device that lies about its flushes, or damages blocks beside the ones it writes, is not modelled.")
        if report.end != .completed { gaps.append("The campaign ended early: \(words(report.end)).") }
        for model in report.models { gaps += of(model) }
        let asked = Set(report.models.map(\.model))
        for model in ModelName.allCases where !asked.contains(model) {
            gaps.append("\(model.rawValue): not asked for.")
        }
        if asked.contains(.nested) || asked.contains(.adversary) {
            gaps.append("Repeated cuts begin in the middle of each phase, not at every write.")
        }
        return gaps
    }

    private static func of(_ model: ModelReport) -> [String] {
        let name = model.model.rawValue
        var gaps: [String] = []
        let skipped = model.coverage.epochs.contains { $0.skippedFraction > 0 }
        if !model.coverage.isComplete {
            gaps.append(
                "\(name): \(percent(model.coverage.fraction)) of its states are decided"
                    + (skipped ? "; one failure in an epoch was enough, the states below it were not looked at." : "."))
        }
        let cut = model.coverage.epochs.filter { !$0.isComplete && $0.skippedFraction == 0 }
        for epoch in cut.prefix(epochLimit) {
            gaps.append(
                "\(name): of the 2^\(epoch.volatileCount) subsets at a cut after w\(epoch.cut) "
                    + "\(percent(epoch.fraction)) are decided, by \(epoch.handedOut) states.")
        }
        if cut.count > epochLimit { gaps.append("\(name): \(cut.count - epochLimit) more epochs like that.") }
        if model.withoutBudget > 0 {
            gaps.append("\(name): \(model.withoutBudget) states would have needed a boot when none was left.")
        }
        if model.undecided > 0 {
            gaps.append("\(name): \(model.undecided) states are undecided, because the lab failed.")
        }
        if model.coverage.leftOut > 0 {
            gaps.append(
                "\(name): \(model.coverage.leftOut) cuts within recovery boots were not made: of each boot the first "
                    + "\(model.model == .nested ? "\(NestedModel.writesKept) writes" : "write"), "
                    + "\(BootRecording.payloadLimit >> 20) MiB at most, are kept.")
        }
        return gaps
    }

    private static func percent(_ share: Double) -> String {
        // Never rounded up to the whole.
        let tenths = (share * 1000).rounded()
        return tenths >= 1000 && share < 1 ? "over 99.9 %" : "\(tenths / 10) %"
    }

    private static func words(_ end: CampaignEnd) -> String {
        switch end {
        case .running: "it still runs"
        case .completed: "complete"
        case .outOfBoots: "its boots were used up"
        case .outOfTime: "its time was up"
        case .stopped: "it was stopped"
        }
    }
}
