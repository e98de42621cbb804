import Foundation
public import LabModel

/// The windows in which an exploration saw an update fail, as places for cuts of a real board.
extension Laboratory {
    public func targets(of job: JobID, block: Int?) async throws(Failure) -> [PowerCutTarget]? {
        guard let text = try await report(of: job, block: block, form: .json) else { return nil }
        do {
            return try JSONDecoder().decode(CampaignDocument.self, from: Data(text.utf8)).targets
        } catch {
            throw Failure(.infrastructure, "the report of job \(job) cannot be read: \(error)")
        }
    }
}

extension CampaignDocument {
    /// One target for each kind of failure whose window of failing cuts is known, in the order of the update.
    var targets: [PowerCutTarget] {
        explanations.compactMap { explained in
            guard let first = explained.firstFailingCut, let last = explained.lastFailingCut else { return nil }
            // The window opens with the write after which a cut fails, and closes with the one after the last such.
            guard let opens = first > 0 ? time(ofWrite: first) : 0 else { return nil }
            let closes = max(time(ofWrite: last + 1) ?? milliseconds, opens)
            let mark = marks.last { $0.phase != nil && $0.milliseconds <= opens }
            let begin = mark?.milliseconds ?? 0
            let end = marks.first { $0.phase != nil && $0.milliseconds > begin }?.milliseconds ?? milliseconds
            return PowerCutTarget(
                state: explained.minimal.description, verdict: explained.verdict, phase: mark?.phase,
                phaseLength: .seconds((end - begin) / 1000), from: .seconds((opens - begin) / 1000),
                to: .seconds((closes - begin) / 1000))
        }.sorted { $0.state < $1.state }
    }

    private func time(ofWrite number: Int) -> Double? {
        writes.first { $0.number == number }?.milliseconds
    }
}
