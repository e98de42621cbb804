import LabModel

/// Draws the conclusion from what was seen after a cut.
struct PowerCutJudge {
    let cut: PowerCutAction

    /// What came back and what it says of itself.
    struct Evidence {
        var brick: BrickKind?
        /// The watch ended before anything could be said.
        var isCutShort = false
        var boots: Int
        var isWhole: Bool?
        var versionBefore: String?
        var versionAfter: String?
        /// A boot of the new version told its marker of life before another boot came.
        var sawNewVersion = false
    }

    /// - Returns: the outcome, with what had to be concluded rather than seen.
    func outcome(_ evidence: Evidence) -> (outcome: PowerCutOutcome, inferences: [String]) {
        guard !evidence.isCutShort else {
            return (.undecided, ["the block's time was up before the board had come back or its time had run out"])
        }
        guard evidence.brick == nil else { return (.brick, []) }
        guard evidence.isWhole != false else { return (.corrupt, []) }
        var inferences: [String] = []
        if evidence.isWhole == nil {
            inferences.append("nobody looked whether what runs is undamaged: the job has no `whole` command")
        }
        guard let isOld = runsOld(evidence, &inferences) else { return (.undecided, inferences) }
        if isOld, evidence.sawNewVersion { return (.fellBack, inferences) }
        if evidence.boots > 1 {
            inferences.append("it took \(evidence.boots) boots: the earlier ones did not reach the marker of life")
            return (.recoveredLate, inferences)
        }
        return (isOld ? .old : .new, inferences)
    }

    /// Whether the old version runs; nil when that cannot be told.
    private func runsOld(_ evidence: Evidence, _ inferences: inout [String]) -> Bool? {
        guard let after = evidence.versionAfter else {
            inferences.append("the marker of life does not tell the version, so it is unknown what runs")
            return nil
        }
        let old = cut.oldVersion ?? evidence.versionBefore
        if after == cut.newVersion { return false }
        if after == old { return true }
        guard cut.newVersion == nil, let old else {
            inferences.append("version '\(after)' is neither the old nor the new one")
            return nil
        }
        inferences.append("version '\(after)' is not the old one, '\(old)'; taken as the new one")
        return false
    }
}
