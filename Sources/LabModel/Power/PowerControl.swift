/// What is known of a board's power. Unknown is an answer, never a guess.
public enum PowerState: String, Sendable, Codable, CaseIterable {
    case on, off, unknown
}

/// What a power line is switched to.
public enum PowerTarget: String, Sendable, Codable, CaseIterable {
    case on, off

    /// The state that a switch to this target should end in.
    public var state: PowerState { self == .on ? .on : .off }
}

/// What a power line does when the process that holds it dies.
public enum OwnerDeath: String, Sendable, Codable {
    case keeps, drops, unknown
}

/// The power switch of one board.
///
/// Whoever calls it holds the board's lease and has journalled the intent; the switch itself knows neither.
public protocol PowerControl: Sendable {
    /// What the line does when labd dies.
    var ownerDeath: OwnerDeath { get }

    /// Switches, and returns when the device has taken the command.
    ///
    /// - Throws: `infrastructure` when the device does not answer or refuses. The state is then unknown.
    func set(_ target: PowerTarget) async throws(Failure)

    /// Reads back what the device itself knows; `unknown` when it cannot tell.
    func observed() async -> PowerState

    /// What is known beyond `observed`: what was asked for, and what the board itself shows. Nil where nothing but
    /// `observed` is known. Asks no device.
    func report() async -> PowerReport?

    /// Prepares a cut so that firing it costs no more than one command to the device.
    ///
    /// - Throws: `infrastructure` when the device cannot be reached now.
    func prepareCut() async throws(Failure) -> any PreparedCut

    /// Returns once the board has lost the power that was switched on, although nobody switched it off or cut it:
    /// an emulator that ended, a supply that reports a fault. Waits until it is cancelled where that cannot be told.
    ///
    /// - Returns: what happened, in one clause for people.
    /// - Throws: `CancellationError`.
    func powerLoss() async throws -> String
}

extension PowerControl {
    /// For switches that are what they say.
    public func report() async -> PowerReport? { nil }

    /// For switches that cannot tell.
    public func powerLoss() async throws -> String {
        let (never, continuation) = AsyncStream<Never>.makeStream()
        defer { continuation.finish() }
        for await _ in never {}
        throw CancellationError()
    }
}

/// A cut that waits for its moment.
public protocol PreparedCut: Sendable {
    /// Takes the power away. Called on a console's reading thread: it must neither block nor suspend.
    /// Only the first call acts.
    ///
    /// - Returns: when the command was given, by `LabClock.monotonic()`.
    func fire() -> MonotonicTime

    /// Returns once the board is known to be without power, or throws when that cannot be told.
    func confirm() async throws(Failure)

    /// Gives up a cut that was not fired.
    func abandon() async throws(Failure)
}

extension PreparedCut {
    public func abandon() async throws(Failure) {}
}
