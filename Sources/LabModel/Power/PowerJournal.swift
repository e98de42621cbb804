/// What is about to happen to a board's power, written before it happens.
public struct PowerIntent: Hashable, Sendable, Codable {
    public enum Kind: String, Sendable, Codable {
        /// Switched at once.
        case `switch`
        /// A cut that waits for its trigger.
        case armed
    }

    public var board: BoardName
    public var target: PowerTarget
    public var kind: Kind
    public var job: JobID?
    /// Why, in a few words.
    public var reason: String

    public init(board: BoardName, target: PowerTarget, kind: Kind, job: JobID?, reason: String) {
        self.board = board
        self.target = target
        self.kind = kind
        self.job = job
        self.reason = reason
    }
}

/// The durable record of every power change. An intent without its end means that the state is unknown.
public protocol PowerJournal: Sendable {
    /// Records an intent; returns its number once it is durable.
    func begin(_ intent: PowerIntent) async throws(Failure) -> Int64

    /// Records what became of an intent: the state that was verified, or unknown.
    func end(_ intent: Int64, state: PowerState, note: String?) async throws(Failure)

    /// Records intents of which all are known to have come to `state`, at once.
    func settle(_ intents: [PowerIntent], state: PowerState) async throws(Failure)

    /// Boards whose last intent never ended, with that intent.
    func unresolvedIntents() async throws(Failure) -> [PowerIntent]

    /// Boards that were told last to be on, without anybody having seen what came of it.
    func boardsToldOn() async throws(Failure) -> Set<BoardName>
}

extension PowerJournal {
    /// For journals that keep nothing.
    public func boardsToldOn() async throws(Failure) -> Set<BoardName> { [] }

    public func settle(_ intents: [PowerIntent], state: PowerState) async throws(Failure) {
        for intent in intents { try await end(try await begin(intent), state: state, note: nil) }
    }
}
