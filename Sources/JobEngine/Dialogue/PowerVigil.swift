import LabModel

extension RunContext {
    /// What a board printed before its power went may still be on its way.
    static let lastWords = Duration.milliseconds(500)

    /// Does `work`, and gives up on it when the board loses its power although nobody switched it off: nothing that
    /// it waits for can come any more.
    ///
    /// - Throws: `infrastructure` when the power was lost; what `work` throws.
    func whilePowered<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard hasPower else { return try await work() }
        let (power, clock, name) = (board.power, clock, board.name)
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                let reason = try await power.powerLoss()
                try await clock.sleep(for: Self.lastWords)
                throw Failure(lostPower: name, reason)
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}

extension Failure {
    /// A board is off, and nobody switched it off.
    init(lostPower board: BoardName, _ reason: String) {
        self.init(
            .infrastructure, "the board lost its power in the middle of the job: \(reason)", at: board.rawValue,
            advice: "nobody switched it off; look at what powers it, or at what the job told it to do")
    }
}
