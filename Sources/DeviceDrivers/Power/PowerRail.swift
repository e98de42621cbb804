import LabModel

/// One switch between a supply and a board.
struct PowerRail: Sendable {
    var device: SwitchDevice
    var channel: Int
    /// Whether the board has power while the relay is let go (wired to the normally-closed contact).
    var isInverted = false
    /// How long the next rail waits after this one was switched on.
    var settle: Duration = .zero

    /// What the device's channel is set to for a target.
    func level(_ target: PowerTarget) -> Bool { (target == .on) != isInverted }

    /// The state that a channel's level means.
    func state(_ level: Bool) -> PowerState { level != isInverted ? .on : .off }
}
