import LabModel

/// A pin or a button of a board behind a channel of a device.
struct SwitchedLine: DigitalLine {
    var device: SwitchDevice
    var channel: Int
    /// Whether the line is active while the channel is let go.
    var isInverted: Bool
    /// How long it is pressed when nobody says how long.
    var press: Duration
    var clock: any LabClock

    static let longestPress = Duration.seconds(60)

    func set(_ isActive: Bool) async throws(Failure) {
        try await device.set(channel, isActive != isInverted)
    }

    func level() async -> Bool? {
        await device.read(channel).map { $0 != isInverted }
    }

    func pulse(_ duration: Duration?) async throws(Failure) {
        let time = min(duration ?? press, Self.longestPress)
        // A device that keeps the time lets go although labd dies meanwhile.
        if try await device.pulse(channel, !isInverted, for: time) {
            try? await clock.sleep(for: time)
            return
        }
        try await set(true)
        try? await clock.sleep(for: time)
        try await set(false)
    }
}
