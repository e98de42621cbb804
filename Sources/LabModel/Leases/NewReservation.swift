/// A lease that somebody asks for.
public struct NewReservation: Hashable, Sendable {
    public var board: BoardName
    public var holder: String
    public var purpose: Reservation.Purpose
    public var reason: String?
    public var job: JobID?
    public var granted: WallTime
    public var expires: WallTime
    public var keepAlive: Duration?

    public init(
        board: BoardName, holder: String, purpose: Reservation.Purpose = .work, reason: String? = nil,
        job: JobID? = nil, granted: WallTime, expires: WallTime, keepAlive: Duration? = nil
    ) {
        self.board = board
        self.holder = holder
        self.purpose = purpose
        self.reason = reason
        self.job = job
        self.granted = granted
        self.expires = expires
        self.keepAlive = keepAlive
    }
}

/// A board that somebody wants: one by its name, or any of a type.
public struct ReservationWish: Hashable, Sendable {
    public var board: BoardName?
    public var type: DeviceTypeName?
    /// Tags that the board must all have.
    public var tags: [String]
    public var length: Duration
    public var reason: String?
    public var keepAlive: Duration?

    /// How long a lease may be.
    public static let lengths: ClosedRange<Duration> = .seconds(1) ... .seconds(30 * 86_400)
    /// How often a sign of life may be asked for.
    public static let keepAlives: ClosedRange<Duration> = .seconds(5) ... .seconds(86_400)
    /// The length of a lease when nobody says.
    public static let standardLength = Duration.seconds(2 * 3600)
    /// How long a holder has to finish when his board is taken back and nobody says.
    public static let standardGrace = Duration.seconds(120)

    public init(
        board: BoardName? = nil, type: DeviceTypeName? = nil, tags: [String] = [],
        length: Duration = ReservationWish.standardLength, reason: String? = nil, keepAlive: Duration? = nil
    ) {
        self.board = board
        self.type = type
        self.tags = tags
        self.length = length
        self.reason = reason
        self.keepAlive = keepAlive
    }

    /// Whether a board is what is wanted, whatever it is doing now. By its name also one that takes no jobs may be had:
    /// whoever mends it needs it.
    public func suits(_ record: BoardRecord) -> Bool {
        if let board { return record.name == board && record.health != .retired && hasTags(record) }
        return (type.map { $0 == record.type } ?? true) && record.health.acceptsJobs && hasTags(record)
    }

    private func hasTags(_ record: BoardRecord) -> Bool { Set(tags).isSubset(of: record.tags) }
}
