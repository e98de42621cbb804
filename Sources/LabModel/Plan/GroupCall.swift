/// A call to the other jobs of a group that the job itself makes, not a test on its board: an entry of a block's
/// `protocols: lava-multinode`, or `lava-send` and its like in an interactive script.
public struct GroupCall: Hashable, Sendable, Codable {
    /// What is asked, by its name in LAVA.
    public enum Verb: String, Hashable, Sendable, Codable, CaseIterable {
        case send = "lava-send"
        case wait = "lava-wait"
        case waitAll = "lava-wait-all"
        case sync = "lava-sync"
        /// Sends the message `lava_start`.
        case start = "lava-start"
    }

    public var verb: Verb
    /// `messageID`.
    public var message: String
    /// `lava-wait-all`: only jobs of this role count; nil for all.
    public var role: String?
    /// `message`: what is sent. In a call that waits, a value that begins with `$` says that the value of that key is
    /// wanted.
    public var values: [String: String]
    /// How long the call may wait; nil for the group's own time.
    public var timeout: Duration?
    /// `action`: the call is made when the action of this name begins; nil in a script.
    public var action: String?

    public init(
        verb: Verb, message: String, role: String? = nil, values: [String: String] = [:], timeout: Duration? = nil,
        action: String? = nil
    ) {
        self.verb = verb
        self.message = message
        self.role = role
        self.values = values
        self.timeout = timeout
        self.action = action
    }
}
