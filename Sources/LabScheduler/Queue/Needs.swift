import LabModel

extension LabQueue {
    /// Jobs that need what will never be, with the words for it.
    func hopeless() -> [(job: JobID, failure: Failure)] {
        lost.sorted().compactMap { id in
            guard let entry = waiting[id], let need = entry.needs.first(where: { $0.isMet == false }) else {
                return nil
            }
            return (id, need.refusal)
        }
    }
}

extension NeedStanding {
    /// Why a job that needs this can never run.
    fileprivate var refusal: Failure {
        let end =
            switch (state, need.condition) {
            case (nil, _): "there is no such job"
            case (_, .passed) where health == .complete: "\(failures) of its tests failed"
            default: "it ended \(health.name)"
            }
        return Failure(
            .canceled, "it needs job \(need.job) to be \(need.condition.rawValue), and \(end)",
            advice: "submit both again")
    }

    /// What a job still waits for.
    var phrase: String {
        let standing = state.map { "is \($0.name)" } ?? "does not exist"
        return "it needs job \(need.job) to be \(need.condition.rawValue), which \(standing)"
    }
}
