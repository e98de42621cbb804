import LabModel

/// Numbers that clients compare across jobs: they follow from the plan alone, however often a block is tried.
extension JobPlan {
    /// How many test blocks stand before `block`: the stage's number on the board and in interactive suites.
    func stage(of block: ActionBlock) -> Int {
        blocks.count { earlier in
            guard earlier.index < block.index, case .test = earlier.action else { return false }
            return true
        }
    }

    /// How many test definitions stand in blocks before `block`: the first index of its own.
    func firstDefinition(of block: ActionBlock) -> Int {
        blocks.reduce(0) { count, earlier in
            guard earlier.index < block.index, case .test(let test) = earlier.action,
                case .definitions(let requests) = test.content
            else { return count }
            return count + requests.count
        }
    }
}
