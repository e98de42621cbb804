import LabModel

extension Store {
    /// Makes a board's health unknown, unless something worse is known of it or a person decided.
    func distrust(_ name: BoardName, reason: String) async throws(Failure) {
        guard let board = try await boards().first(where: { $0.name == name }) else { return }
        switch board.health {
        case .good, .unknown, .looping:
            // Somebody may have decided since it was looked at.
            _ = try await setHealth(.unknown, of: name, reason: reason, ifStill: board.health)
        case .bad, .maintenance, .retired: break
        }
    }
}
