/// How a board's power goes away, measured by cutting it: from the command at the switch to the last byte that the board
/// printed.
public struct PowerPath: Hashable, Sendable, Codable {
    /// The median.
    public var delay: Duration
    /// How far it scatters: a standard deviation.
    public var jitter: Duration
    public var shortest: Duration
    public var longest: Duration
    /// How many cuts told it; 0 when somebody named it instead.
    public var cuts: Int
    /// Cuts after which nothing more was printed: the board was silent before, or died at once.
    public var silentCuts: Int
    public var measured: WallTime?

    public init(
        delay: Duration, jitter: Duration, shortest: Duration? = nil, longest: Duration? = nil, cuts: Int = 0,
        silentCuts: Int = 0, measured: WallTime? = nil
    ) {
        self.delay = delay
        self.jitter = jitter
        self.shortest = shortest ?? delay
        self.longest = longest ?? delay
        self.cuts = cuts
        self.silentCuts = silentCuts
        self.measured = measured
    }

    /// Median and spread of single measurements. Cuts after which nothing more was printed tell nothing of the moment
    /// and are only counted.
    ///
    /// - Parameter samples: from the command to the last byte, none negative.
    /// - Returns: nil when no sample tells anything.
    public init?(samples: [Duration], at time: WallTime) {
        let telling = samples.filter { $0 > .zero }
        guard let median = Self.median(telling), let shortest = telling.min(), let longest = telling.max() else {
            return nil
        }
        // The median of the distances from the median, scaled to a normal distribution's standard deviation: one cut
        // on a busy machine does not spoil it, and `longest` tells of that cut.
        let distances = telling.map { $0 > median ? $0 - median : median - $0 }
        let spread = (Self.median(distances) ?? .zero).inSeconds * 1.4826
        self.init(
            delay: median, jitter: .nanoseconds(Int64(spread * 1e9)), shortest: shortest, longest: longest,
            cuts: telling.count, silentCuts: samples.count - telling.count, measured: time)
    }

    /// The middle one; nil of none.
    static func median(_ values: [Duration]) -> Duration? {
        let sorted = values.sorted()
        guard let last = sorted.last else { return nil }
        let middle = sorted.count / 2
        guard sorted.count > 1 else { return last }
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}

/// Remembers how each board's power goes away.
public protocol PowerPathBook: Sendable {
    /// - Returns: nil for a board that was never measured.
    func powerPath(of board: BoardName) async throws(Failure) -> PowerPath?
    /// - Throws: `job` when there is no such board.
    func setPowerPath(_ path: PowerPath, of board: BoardName) async throws(Failure)
}
