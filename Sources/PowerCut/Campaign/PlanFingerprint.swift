import Foundation
import LabModel

extension PowerCutExploration {
    /// What the answers of a campaign's boots depend on, beside the recording: everything that is said to the board, and
    /// which states are asked about.
    var fingerprint: String {
        var plan = self
        // Where the recording came from, and how many boots run at once, change no answer.
        (plan.name, plan.trace, plan.twins) = ("", nil, nil)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let text = try? encoder.encode(plan) else { return "" }
        return "plan \(ContentDigest(of: Array(text)))\n"
    }
}
