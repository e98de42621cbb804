/// The `timeouts` of a job.
public struct JobTimeouts: Hashable, Sendable, Codable {
    /// The wall limit of the whole run.
    public var job: Duration
    /// The default for each action.
    public var action: Duration?
    /// The default for each wait on the console.
    public var connection: Duration?
    /// How long the job may wait for a board.
    public var queue: Duration?
    /// By the internal action's name, such as `auto-login-action`. Unknown names are kept and ignored.
    public var actions: [String: Duration]
    /// Console waits by the internal action's name.
    public var connections: [String: Duration]

    public init(
        job: Duration, action: Duration? = nil, connection: Duration? = nil, queue: Duration? = nil,
        actions: [String: Duration] = [:], connections: [String: Duration] = [:]
    ) {
        self.job = job
        self.action = action
        self.connection = connection
        self.queue = queue
        self.actions = actions
        self.connections = connections
    }
}

/// The `timeout` and `timeouts` of one action block.
public struct BlockTimeouts: Hashable, Sendable, Codable {
    public var block: Duration?
    /// `skip: true` on a test block: its time-out continues with the next block.
    public var skipsOnTimeout: Bool
    /// By the internal action's name.
    public var named: [String: Duration]

    public init(block: Duration? = nil, skipsOnTimeout: Bool = false, named: [String: Duration] = [:]) {
        self.block = block
        self.skipsOnTimeout = skipsOnTimeout
        self.named = named
    }
}
