/// The body of a request for a board: one by its name, or any of a type. Every key but these is optional.
public struct LeaseRequest: Codable, Sendable, Equatable {
    public var board: String?
    public var type: String?
    /// Tags that the board must all have.
    public var tags: [String]?
    /// The length of the lease in seconds; two hours if not given.
    public var seconds: Double?
    public var reason: String?
    /// The lease ends so many seconds after its holder's last sign of life.
    public var keepAlive: Double?

    public init(
        board: String? = nil, type: String? = nil, tags: [String]? = nil, seconds: Double? = nil,
        reason: String? = nil, keepAlive: Double? = nil
    ) {
        self.board = board
        self.type = type
        self.tags = tags
        self.seconds = seconds
        self.reason = reason
        self.keepAlive = keepAlive
    }
}

/// The body of a request to make a lease longer.
public struct ExtendRequest: Codable, Sendable, Equatable {
    /// How much longer.
    public var seconds: Double

    public init(seconds: Double) {
        self.seconds = seconds
    }
}

/// The body of a request to end one's own lease. It may be missing.
public struct ReleaseRequest: Codable, Sendable, Equatable {
    public var reason: String?

    public init(reason: String? = nil) {
        self.reason = reason
    }
}

/// The body of a request to give one's lease to somebody else.
public struct HandOverRequest: Codable, Sendable, Equatable {
    /// The heir, as his requests name him.
    public var to: String
    public var reason: String?

    public init(to: String, reason: String? = nil) {
        self.to = to
        self.reason = reason
    }
}

/// The body of a request to take a board back from whoever holds it.
public struct KickRequest: Codable, Sendable, Equatable {
    public var reason: String
    /// Seconds for the holder to finish; two minutes if not given, 0 for none.
    public var grace: Double?

    public init(reason: String, grace: Double? = nil) {
        self.reason = reason
        self.grace = grace
    }
}
