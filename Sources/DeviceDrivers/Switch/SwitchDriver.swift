public import LabModel

/// One kind of device with switchable channels: a relay card, a socket strip, a hub, lines of a chip.
///
/// A driver is a small value that knows the device's protocol and nothing else. It is called on the device's own
/// thread, one call at a time, and may block there within the time-outs of its link. When and how often it is called,
/// what to make of its answers, and what to do when it fails is decided above it.
public protocol SwitchDriver {
    /// Opens the device, unless it is open, so that the next command costs no more than itself. For devices that `read`
    /// does not reach because they cannot tell; the others need nothing here.
    ///
    /// - Throws: `infrastructure` when it cannot be reached.
    mutating func open() throws(Failure)

    /// Energises a channel or lets it go, and returns once the device has taken the command.
    ///
    /// - Parameter channel: as the device counts; see `DriverFacts.channels`.
    /// - Throws: `infrastructure` when the device does not answer, refuses or is gone.
    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure)

    /// What the device itself says of a channel now; nil when it cannot tell. Never a guess and never a memory.
    ///
    /// - Throws: `infrastructure` when a device that can tell does not answer.
    mutating func read(_ channel: Int) throws(Failure) -> Bool?

    /// Inverts a channel for a time that the device keeps itself, so that it comes back although the lab dies.
    ///
    /// - Returns: false when the device has no timer for this; nothing was done then.
    mutating func pulse(_ channel: Int, _ isOn: Bool, for duration: Duration) throws(Failure) -> Bool

    /// Switches several channels at one moment, as far as the device can.
    ///
    /// - Returns: false when it cannot; nothing was done then.
    mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool

    /// What a meter of this channel shows; nil where there is none.
    mutating func measure(_ channel: Int) throws(Failure) -> MeterReading?

    /// Something the device says of itself that a log should have, such as a serial number; at most one line.
    mutating func describe() throws(Failure) -> String?

    /// Something that happened to the channels although nobody of labd did it, such as the end of whoever held them; said
    /// once. Nil when all is as it was left, as far as can be told.
    mutating func incident() throws(Failure) -> String?

    /// Lets go of the device, so that the next call opens it anew. Called after a failure and at the end.
    mutating func close()
}

extension SwitchDriver {
    public mutating func open() throws(Failure) {}
    public mutating func pulse(_ channel: Int, _ isOn: Bool, for duration: Duration) throws(Failure) -> Bool { false }
    public mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool { false }
    public mutating func measure(_ channel: Int) throws(Failure) -> MeterReading? { nil }
    public mutating func describe() throws(Failure) -> String? { nil }
    public mutating func incident() throws(Failure) -> String? { nil }
    public mutating func close() {}
}

/// What a meter shows. What it does not measure is nil.
public struct MeterReading: Hashable, Sendable {
    /// Volts.
    public var voltage: Double?
    /// Amperes.
    public var current: Double?
    /// Watts.
    public var power: Double?
    /// Whether the supply before the switch is there; a socket strip knows.
    public var hasMains: Bool?

    public init(voltage: Double? = nil, current: Double? = nil, power: Double? = nil, hasMains: Bool? = nil) {
        self.voltage = voltage
        self.current = current
        self.power = power
        self.hasMains = hasMains
    }
}
