public import LabModel

/// How a board's power goes away, as interfaces show it. Times are seconds.
public struct PowerPathInfo: Codable, Sendable, Equatable {
    /// The median from the command at the switch to the last byte on the console.
    public var delay: Double
    /// The standard deviation.
    public var jitter: Double
    public var shortest: Double
    public var longest: Double
    /// How many cuts it was measured with.
    public var cuts: Int
    /// Cuts after which nothing more was printed.
    public var silentCuts: Int
    /// ISO 8601.
    public var measured: String?

    public init(_ path: PowerPath) {
        delay = path.delay.inSeconds
        jitter = path.jitter.inSeconds
        shortest = path.shortest.inSeconds
        longest = path.longest.inSeconds
        cuts = path.cuts
        silentCuts = path.silentCuts
        measured = path.measured?.iso8601
    }
}

/// The body of a request to measure how a board's power goes away.
public struct MeasurePowerRequest: Codable, Sendable, Equatable {
    /// Cuts, 2...200; 20 when it is not given.
    public var times: Int?
    /// A shell prompt, a regular expression, at which `run` is typed.
    public var prompt: String?
    /// A command that prints without end.
    public var run: String?

    public init(times: Int? = nil, prompt: String? = nil, run: String? = nil) {
        self.times = times
        self.prompt = prompt
        self.run = run
    }
}
