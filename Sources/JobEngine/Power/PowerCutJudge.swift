import LabModel

/// Draws the conclusion from what was seen after a cut.
struct PowerCutJudge {
    let cut: PowerCutAction

    /// What came back and what it says of itself.
    struct Evidence {
        var brick: BrickKind?
        var boots: Int
        var isWhole: Bool?
        var versionBefore: String?
        var versionAfter: String?
    }

    /// - Returns: the outcome, with what had to be concluded rather than seen.
    func outcome(_ evidence: Evidence) -> (outcome: PowerCutOutcome, inferences: [String]) {
        guard evidence.brick == nil else { return (.brick, []) }
        guard evidence.isWhole != false else { return (.corrupt, []) }
        var inferences: [String] = []
        if evidence.isWhole == nil {
            inferences.append("nobody looked whether what runs is undamaged: the job has no `whole` command")
        }
        let isOld = runsOld(evidence, &inferences)
        if evidence.boots > 1 {
            guard isOld else { return (.recoveredLate, inferences) }
            inferences.append("the boot loader fell back: the old version came up with boot \(evidence.boots)")
            return (.fellBack, inferences)
        }
        return (isOld ? .old : .new, inferences)
    }

    private func runsOld(_ evidence: Evidence, _ inferences: inout [String]) -> Bool {
        let old = cut.oldVersion ?? evidence.versionBefore
        guard let after = evidence.versionAfter else {
            inferences.append("the version is unknown: the marker of life does not tell it; taken as the old one")
            return true
        }
        if after == cut.newVersion { return false }
        if after == old { return true }
        guard cut.newVersion == nil, old != nil else {
            inferences.append("version '\(after)' is neither the old nor the new one; taken as the old one")
            return true
        }
        inferences.append("version '\(after)' is not the old one; taken as the new one")
        return false
    }
}
