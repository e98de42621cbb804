/// One entry of a job's `actions` list.
public struct ActionBlock: Hashable, Sendable, Codable {
    /// Position in the list, from 0.
    public var index: Int
    public var action: Action
    public var timeouts: BlockTimeouts
    public var namespace: String?
    public var connectionNamespace: String?
    public var roles: [String]
    /// Loop until the first success, at most so many times; nil when the job does not say.
    public var failureRetry: Int?
    public var failureRetryInterval: Duration
    /// Run so many times regardless; a failure if any failed.
    public var repeatCount: Int?
    /// Kinds of `KernelFindings` that end the block as failed, beside those that always do.
    public var fatalFindings: [String]
    /// `protocols: lava-multinode`: calls to the group, made when the actions that they name begin.
    public var groupCalls: [GroupCall]?
    public var position: SourcePosition

    public init(
        index: Int, action: Action, timeouts: BlockTimeouts = BlockTimeouts(), namespace: String? = nil,
        connectionNamespace: String? = nil, roles: [String] = [], failureRetry: Int? = nil,
        failureRetryInterval: Duration = .seconds(1), repeatCount: Int? = nil,
        fatalFindings: [String] = [], groupCalls: [GroupCall]? = nil,
        position: SourcePosition = SourcePosition(line: 1, column: 1)
    ) {
        self.index = index
        self.action = action
        self.timeouts = timeouts
        self.namespace = namespace
        self.connectionNamespace = connectionNamespace
        self.roles = roles
        self.failureRetry = failureRetry
        self.failureRetryInterval = failureRetryInterval
        self.repeatCount = repeatCount
        self.fatalFindings = fatalFindings
        self.groupCalls = groupCalls
        self.position = position
    }
}

/// What a block does.
public enum Action: Hashable, Sendable, Codable {
    case deploy(DeployAction)
    case boot(BootAction)
    case test(TestAction)
    case command(CommandAction)
    case powerCut(PowerCutAction)
    case powerCutExploration(PowerCutExploration)
    case powerCutSampling(PowerCutSampling)
    /// Valid LAVA that does not run yet; also listed in `JobPlan.unsupported`.
    case unsupported(kind: String, method: String)

    /// The block's key in the job, such as `deploy`.
    public var kind: String {
        switch self {
        case .deploy: "deploy"
        case .boot: "boot"
        case .test: "test"
        case .command: "command"
        case .powerCut, .powerCutExploration, .powerCutSampling: "power_cut"
        case .unsupported(let kind, _): kind
        }
    }
}

/// `command: {name}`: a built-in such as `hard_reset` or `power_off`, or a user command of the device type.
public struct CommandAction: Hashable, Sendable, Codable {
    public var name: String

    public init(name: String) {
        self.name = name
    }
}
