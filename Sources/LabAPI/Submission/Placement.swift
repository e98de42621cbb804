import LabModel

/// Whether a job could ever run in this lab, whatever its boards are doing now.
struct Placement {
    var boards: [BoardRecord]

    /// Why no board of the lab could ever run `plan`; nil when one could.
    func obstacle(to plan: JobPlan) -> Failure? {
        var candidates = boards
        if let wanted = plan.board {
            candidates.removeAll { $0.name != wanted }
            guard let board = candidates.first else {
                let names = boards.map(\.name.rawValue)
                return Failure(.job, "there is no board `\(wanted)`", advice: advice(names: names))
            }
            if let type = plan.deviceType, board.type != type {
                return Failure(.job, "the board `\(wanted)` is of the type `\(board.type)`, not `\(type)`")
            }
        }
        if let type = plan.deviceType {
            candidates.removeAll { $0.type != type }
            if candidates.isEmpty {
                let types = Set(boards.map(\.type.rawValue)).sorted()
                return Failure(.job, "the lab has no board of the type `\(type)`", advice: advice(names: types))
            }
        }
        let tags = Set(plan.tags)
        let known = Set(candidates.flatMap(\.tags)).sorted()
        candidates.removeAll { !tags.isSubset(of: $0.tags) }
        if candidates.isEmpty {
            let missing = tags.sorted().map { "`\($0)`" }.joined(separator: ", ")
            return Failure(
                .job, "no board that fits has all of the tags \(missing)",
                advice: "boards that fit have \(quoted(known)); tags are given to boards in labd's configuration")
        }
        if candidates.allSatisfy({ $0.health == .retired }) {
            return Failure(.job, "every board that fits is retired")
        }
        return nil
    }

    private func advice(names: [String]) -> String? {
        names.isEmpty ? nil : "the lab has \(quoted(names))"
    }

    private func quoted(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
    }
}
