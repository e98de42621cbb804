import LabModel

/// Whether a job could ever run in this lab, whatever its boards are doing now.
struct Placement {
    var boards: [BoardRecord]

    /// Why the boards of the lab could never run `group` together; nil when they could.
    func obstacle(to group: [JobPlan]) -> Failure? {
        for plan in group { if let obstacle = obstacle(to: plan) { return obstacle } }
        guard group.count > 1, let (plan, count) = unplaced(of: group) else { return nil }
        let alike = group.count { $0.deviceType == plan.deviceType }
        let type = plan.deviceType.map { " of the type `\($0)`" } ?? ""
        return Failure(
            .job, "the group needs \(alike) boards\(type) at the same time, and the lab has \(count) that fit",
            advice: "`lablctl boards` lists them; a group has all of its boards at once or none")
    }

    /// A plan for which no board is left when every other has one, with how many boards fit it; nil when all have one.
    /// Boards are handed on until that is sure: augmenting paths.
    private func unplaced(of group: [JobPlan]) -> (plan: JobPlan, boards: Int)? {
        let fitting = group.map { plan in
            boards.indices.filter { boards[$0].health != .retired && boards[$0].fits(plan) }
        }
        var holder: [Int: Int] = [:]
        func place(_ plan: Int, _ tried: inout Set<Int>) -> Bool {
            for board in fitting[plan] where tried.insert(board).inserted {
                guard let other = holder[board] else {
                    holder[board] = plan
                    return true
                }
                if place(other, &tried) {
                    holder[board] = plan
                    return true
                }
            }
            return false
        }
        for plan in group.indices {
            var tried: Set<Int> = []
            if !place(plan, &tried) { return (group[plan], fitting[plan].count) }
        }
        return nil
    }

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

extension BoardRecord {
    /// Whether this board is what `plan` asks for, whatever it is doing now.
    fileprivate func fits(_ plan: JobPlan) -> Bool {
        (plan.board.map { $0 == name } ?? true) && (plan.deviceType.map { $0 == type } ?? true)
            && Set(plan.tags).isSubset(of: tags)
    }
}
