/// A pin or a button of a board that the lab can press: reset, recovery, boot mode.
public protocol DigitalLine: Sendable {
    /// Holds the line active, or lets it go.
    ///
    /// - Throws: `infrastructure` when the device behind it fails.
    func set(_ isActive: Bool) async throws(Failure)

    /// What the device reads of the line; nil when it cannot tell.
    func level() async -> Bool?

    /// Makes the line active for a time and lets it go, also when the caller is cancelled meanwhile.
    ///
    /// - Parameter duration: nil for the line's own.
    func pulse(_ duration: Duration?) async throws(Failure)
}
