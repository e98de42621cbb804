/// The disk of a board, where the lab can get at it.
public protocol BoardDisk: Sendable {
    /// Writes what is on the disk of a board that is off to a new file.
    ///
    /// - Returns: false when the board has no disk now.
    /// - Throws: `infrastructure` when it cannot be copied.
    func save(to path: String) async throws(Failure) -> Bool
}
